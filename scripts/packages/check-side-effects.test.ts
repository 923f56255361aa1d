import { expect, test } from "@jest/globals";
import { checkSideEffects } from "./check-side-effects.js";
import { plantedPackage } from "./testing/planted-package.js";

test("a package that only declares has no fault", async () => {
  expect(await checkSideEffects(await plantedPackage())).toEqual([]);
});

test("code that does something when imported is found although the manifest denies it", async () => {
  const packed = await plantedPackage({
    files: { "dist/index.js": "globalThis.planted = 1;\nconst one = 1;\nexport { one };\n" },
  });
  expect(await checkSideEffects(packed)).toEqual([
    "dist/index.js does something when imported: globalThis.planted = 1;",
  ]);
});

test("what a bundler must keep is found where the manifest does not promise", async () => {
  const packed = await plantedPackage({
    files: {
      "dist/index.js": 'import "./effect.js";\n',
      "dist/effect.js": "const when = performance.now();\n",
    },
    manifest: { sideEffects: true },
  });
  expect(await checkSideEffects(packed)).toEqual([
    expect.stringMatching(/^import "@covidxr\/planted" leaves \d+ bytes: /),
  ]);
});

test("an import of a dependency is not ours to answer for", async () => {
  const packed = await plantedPackage({
    files: { "dist/index.js": 'import { tensor } from "@tensorflow/tfjs-core";\nexport { tensor };\n' },
  });
  expect(await checkSideEffects(packed)).toEqual([]);
});
