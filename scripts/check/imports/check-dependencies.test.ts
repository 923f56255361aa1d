import { expect, test } from "@jest/globals";
import { changedManifest, smallRepository } from "../testing/small-repository.js";
import { checkDependencies } from "./check-dependencies.js";

const manifest = "packages/image/package.json";
const product = "packages/image/src/read/scale.ts";

test("manifests that say what is imported are silent", () => {
  expect(checkDependencies(smallRepository())).toEqual([]);
});

test.each([
  ["a package that is not listed", product, 'import "zod";'],
  ["a type of one", product, 'import type { A } from "zod/v4";'],
  ["a package that only tests may use", "packages/model/src/scale.ts", 'import "sharp";'],
  ["a tool of the root in the product", product, 'import "@jest/globals";'],
  ["a package that a test does not list", "packages/model/src/scale.test.ts", 'import "sharp";'],
  ["a package of this repository", "examples/src/a.ts", 'import "@covidxr/core";'],
  ["a package that the root does not list", "testing/a.ts", 'import "zod";'],
])("%s", (_, file, text) => {
  const faults = checkDependencies(smallRepository({ [file]: `\n${text}\n` }));
  expect(faults).toMatchObject([{ rule: "dependency", file, line: 2 }]);
});

test("the root's tests reach packages of this repository by paths", () => {
  expect(checkDependencies(smallRepository({ "testing/a.ts": 'import "@covidxr/core";\n' }))).toEqual([]);
});

test.each([
  [
    "a dependency that nothing imports",
    { dependencies: { "@covidxr/core": "workspace:^", jimp: "1", zod: "4" } },
    "zod",
  ],
  [
    "one among devDependencies too",
    { devDependencies: { "@covidxr/model": "workspace:^", jimp: "1", sharp: "0" } },
    "jimp",
  ],
])("%s", (_, fields, name) => {
  const faults = checkDependencies(smallRepository(changedManifest(manifest, fields)));
  expect(faults).toMatchObject([
    { rule: "dependency", file: manifest, message: expect.stringContaining(name) },
  ]);
});

test("a dependency that only a test imports", () => {
  const fields = { dependencies: { "@covidxr/core": "workspace:^", zod: "4" } };
  const faults = checkDependencies(
    smallRepository({
      ...changedManifest("packages/model/package.json", fields),
      "packages/model/src/a.test.ts": 'import "zod";',
    }),
  );
  expect(faults).toMatchObject([{ rule: "dependency", file: "packages/model/package.json" }]);
});

test("a peer that nothing imports, by name", () => {
  const required = changedManifest(manifest, { peerDependencies: { sharp: "*", canvas: "*", zod: "4" } });
  expect(checkDependencies(smallRepository(required))).toMatchObject([
    { rule: "unimported-peer", file: manifest, subject: "zod" },
  ]);
  // Optional, and still in quotes; as a required peer, a name in quotes is not enough.
  const meta = changedManifest(manifest, { peerDependenciesMeta: { sharp: { optional: true } } });
  expect(checkDependencies(smallRepository(meta))).toMatchObject([
    { rule: "unimported-peer", subject: "canvas" },
  ]);
});

test("a program brings the peers of its packages, and no others", () => {
  const dependencies = { "@covidxr/image": "workspace:^", sharp: "0", zod: "4" };
  const faults = checkDependencies(
    smallRepository(changedManifest("examples/package.json", { dependencies })),
  );
  expect(faults).toMatchObject([{ file: "examples/package.json", message: expect.stringContaining("zod") }]);
});
