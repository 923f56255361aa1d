import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { listImports } from "./list-imports.js";

const imports = (text: string, file = "a.ts") => listImports(plantedRepository({ [file]: text }), file);
const one = (specifier: string | undefined) => [{ specifier, line: 2 }];

test.each([
  'import "x";',
  'import a from "x";',
  'import { a } from "x";',
  'import type { A } from "x";',
  'import { type A } from "x";',
  'import * as a from "x";',
  'import a = require("x");',
  'export { a } from "x";',
  'export type { A } from "x";',
  'export * from "x";',
  'export * as a from "x";',
  'const a = await import("x");',
  "const a = await import(`x`);",
  'type A = import("x").A;',
  'type A = typeof import("x");',
  'const a = require("x");',
  'const a = require.resolve("x");',
  'const a = import.meta.resolve("x");',
  'jest.mock("x");',
  'jest.unstable_mockModule("x", () => ({}));',
  'const a = jest.requireActual<object>("x");',
  'declare module "x" { interface A {} }',
  '/// <reference types="x" />',
  'function f() { return [() => import("x")]; }',
])("%s", (line) => {
  expect(imports(`// One above.\n${line}`.replace(/^\/\/ One above\.(?=\n\/\/\/)/, ""))).toEqual(one("x"));
});

test("in TSX and CommonJS", () => {
  expect(imports('const a = 1;\nconst b = <p>{import("x")}</p>;', "a.tsx")).toEqual(one("x"));
  expect(imports('const a = 1;\nconst b = require("x");', "a.cjs")).toEqual(one("x"));
});

test.each(["const a = await import(name);", "const a = require(`x/$" + "{name}`);", "jest.mock(name);"])(
  "%s is computed",
  (line) => expect(imports(`\n${line}`)).toEqual(one(undefined)),
);

test.each([
  '// import "x";',
  "const a = \"import { a } from 'x'\";",
  "const a = `import('x')`;",
  'const a = { require: 1 }; a.require("x");',
  'mock("x");',
  "export const a = import.meta.url;",
  "namespace a {}",
])("%s imports nothing", (line) => {
  expect(imports(line)).toEqual([]);
});
