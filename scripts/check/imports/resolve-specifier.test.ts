import { expect, test } from "@jest/globals";
import { fileOf, resolveSpecifier } from "./resolve-specifier.js";

test.each([
  ["./b.js", { kind: "file", path: "a/b.js" }],
  ["../c/d.js", { kind: "file", path: "c/d.js" }],
  ["../../d.js", { kind: "file", path: "../d.js" }],
  ["..", { kind: "file", path: "." }],
  ["node:fs", { kind: "builtin" }],
  ["fs/promises", { kind: "builtin" }],
  ["zod", { kind: "package", name: "zod", subpath: "." }],
  ["zod/v4/core", { kind: "package", name: "zod", subpath: "./v4/core" }],
  ["@covidxr/core", { kind: "package", name: "@covidxr/core", subpath: "." }],
  ["@covidxr/core/files", { kind: "package", name: "@covidxr/core", subpath: "./files" }],
])("%s", (specifier, target) => {
  expect(resolveSpecifier("a/file.ts", specifier)).toEqual(target);
});

test("a written path stands for the source", () => {
  const files = new Set(["a.ts", "b.tsx", "c.mts", "d.cjs", "e/index.ts"]);
  expect(["a.js", "b.js", "c.mjs", "d.cjs", "a", "e", "f.js"].map((path) => fileOf(files, path))).toEqual([
    "a.ts",
    "b.tsx",
    "c.mts",
    "d.cjs",
    "a.ts",
    "e/index.ts",
    undefined,
  ]);
});
