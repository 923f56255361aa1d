import { expect, test } from "@jest/globals";
import { changedManifest, smallRepository } from "../testing/small-repository.js";
import { checkArrows } from "./check-arrows.js";

test("a repository that keeps to its arrows is silent", () => {
  expect(checkArrows(smallRepository())).toEqual([]);
});

const product = "packages/image/src/read/scale.ts";
const tested = "packages/image/src/read/scale.test.ts";

test.each([
  ["a package out of reach", product, 'import "@covidxr/model";', "image may import core"],
  ["the same as a type", product, 'type A = import("@covidxr/model").A;', "image may import core"],
  [
    "from a package without arrows",
    "packages/core/src/a.ts",
    'export { read } from "@covidxr/image";',
    "no other package",
  ],
  [
    "in a test, without a devDependency",
    "packages/model/src/a.test.ts",
    'jest.mock("@covidxr/image");',
    "devDependencies",
  ],
  ["another package's inside", product, 'import "@covidxr/core/src/size.js";', "reaches into"],
  [
    "another package's inside, from a program",
    "examples/src/a.ts",
    'import "@covidxr/core/dist/index.js";',
    "reaches into",
  ],
  ["another package's folder", product, 'import "../../../core/src/size.js";', "leaves packages/image"],
  [
    "another package's folder, from a test",
    tested,
    'import "../../../core/src/size.js";',
    "leaves packages/image",
  ],
  [
    "a package's fixtures, in the product",
    product,
    'import "../../fixtures/golden.json";',
    "leaves packages/image/src",
  ],
  ["a test, in the product", product, 'import "./read.test.js";', "part of the tests"],
  ["helpers of tests, in the product", product, 'import "../testing/draw.js";', "part of the tests"],
  ["@covidxr/testing, in the product", product, 'import "@covidxr/testing";', "is for tests"],
  ["itself by name", product, 'import "@covidxr/image";', "the package itself"],
  ["a package that is none", product, 'import "@covidxr/pixels";', "no package"],
])("%s", (_, file, text, message) => {
  const [fault, ...others] = checkArrows(smallRepository({ [file]: `\n\n${text}\n` }));
  expect(others).toEqual([]);
  expect(fault).toMatchObject({ rule: "arrow", file, line: 3 });
  expect(fault?.message).toContain(message);
});

test("a computed import is a fault of its own rule", () => {
  const repository = smallRepository({ [product]: "await import(name);\n" });
  expect(checkArrows(repository)).toMatchObject([{ rule: "computed-import", file: product, line: 1 }]);
});

test("a program may import every package", () => {
  expect(checkArrows(smallRepository({ "examples/src/a.ts": 'import "@covidxr/model";\n' }))).toEqual([]);
  const without = smallRepository({
    ...changedManifest("packages/image/package.json", { devDependencies: {} }),
  });
  expect(checkArrows(without)).toMatchObject([{ file: "packages/image/src/read/read.test.ts", line: 2 }]);
});

test("rows and packages are the same ones", () => {
  const added = { "packages/report/package.json": '{ "name": "@covidxr/report" }' };
  expect(checkArrows(smallRepository(added))).toMatchObject([
    { file: "ARCHITECTURE.md", message: "expected a row for report" },
  ]);
  const left = { "examples/package.json": undefined, "examples/src/run.ts": undefined };
  expect(checkArrows(smallRepository(left))).toMatchObject([
    { file: "ARCHITECTURE.md", message: expect.stringContaining("examples") },
  ]);
});
