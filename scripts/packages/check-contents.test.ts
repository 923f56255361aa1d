import { expect, test } from "@jest/globals";
import { checkContents } from "./check-contents.js";
import { LICENSE, type PlantedFaults, plantedPackage } from "./testing/planted-package.js";

const ceiling = { tarball: 500, unpacked: 5000, reason: "none" };

async function faultsOf(faults?: PlantedFaults, expectation: object = {}): Promise<string[]> {
  return checkContents(await plantedPackage(faults), { license: LICENSE, ceiling, ...expectation });
}

test("a package with code, types, README and licence has no fault", async () => {
  expect(await faultsOf()).toEqual([]);
  expect(await faultsOf({ files: { "CHANGELOG.md": "# Changes\n", "dist/chunk-7QVQ7VBK.js": "" } })).toEqual(
    [],
  );
});

test.each([
  "dist/index.js.map",
  "dist/twice.test.js",
  "dist/testing/sample.js",
  "dist/study.study.js",
  "fixtures/values.json",
  "src/index.ts",
  "dist/index.ts",
  "dist/image.png",
  "tsconfig.json",
])("%s does not belong into a tarball", async (path) => {
  expect(await faultsOf({ files: { [path]: "" } })).toEqual([`${path} does not belong into a tarball`]);
});

test("a missing or altered licence and README are found", async () => {
  expect(await faultsOf({ files: { LICENSE: null, "README.md": null } })).toEqual([
    "LICENSE is missing",
    "README.md is missing",
  ]);
  expect(await faultsOf({ files: { LICENSE: "Do not.\n", "README.md": "# Another\n" } })).toEqual([
    "LICENSE is not the repository's",
    'README.md does not start with "# @covidxr/planted"',
  ]);
});

test("what a bundle took in from tests or other packages, and source maps, are found", async () => {
  const code = [
    "// src/testing/sample.ts",
    "// src/fixtures/values.ts",
    "// ../../node_modules/.pnpm/left-pad@1.0.0/node_modules/left-pad/index.js",
    "// src/contest/attest.ts",
    "//# sourceMappingURL=index.js.map",
    "",
  ].join("\n");
  expect(await faultsOf({ files: { "dist/index.js": code } })).toEqual([
    "dist/index.js has a source map",
    "dist/index.js holds src/testing/sample.ts, which is for tests",
    "dist/index.js holds src/fixtures/values.ts, which is for tests",
    "dist/index.js holds ../../node_modules/.pnpm/left-pad@1.0.0/node_modules/left-pad/index.js, which is another package's",
  ]);
});

test("a package above its ceiling, or without one, is found", async () => {
  expect(await faultsOf({}, { ceiling: { ...ceiling, tarball: 499 } })).toEqual([
    "tarball has 500 bytes, more than 499; see size-ceilings.ts",
  ]);
  expect(await faultsOf({ files: { "dist/large.js": "x".repeat(5000) } })).toEqual([
    expect.stringMatching(/^unpacked has \d+ bytes, more than 5000; see size-ceilings\.ts$/),
  ]);
  expect(await faultsOf({}, { ceiling: undefined })).toEqual(["has no ceiling in size-ceilings.ts"]);
});
