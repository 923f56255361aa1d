import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { smallRepository } from "../testing/small-repository.js";
import { checkExports } from "./check-exports.js";

test("exports by name are silent, and so are settings of tools", () => {
  expect(checkExports(smallRepository())).toEqual([]);
  const named = 'export const a = 1;\nexport { b, type C } from "./b.js";\nexport {};\nimport d from "d";\n';
  expect(checkExports(plantedRepository({ "a.ts": named, "jest.config.mjs": "export default {};" }))).toEqual(
    [],
  );
});

test.each([
  "export default 1;",
  "export default function a() {}",
  "export default class A {}",
  "export default interface A {}",
  "const a = 1; export { a as default };",
  'export { default } from "./b.js";',
  'export { b as default } from "./b.js";',
  "export = 1;",
])("%s", (text) => {
  for (const file of ["a.ts", "src/a.tsx", "a.mts", "fixtures/a.mjs"]) {
    expect(checkExports(plantedRepository({ [file]: `\n${text}` }))).toMatchObject([
      { rule: "default-export", file, line: 2 },
    ]);
  }
});

test.each(['export * from "./b.js";', 'export * as b from "./b.js";', 'export type * from "./b.js";'])(
  "%s",
  (text) => {
    for (const file of ["a.ts", "src/a.tsx", "a.config.ts", "fixtures/a.mjs"]) {
      expect(checkExports(plantedRepository({ [file]: `\n${text}` }))).toMatchObject([
        { rule: "export-all", file, line: 2 },
      ]);
    }
  },
);
