import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { checkLengths } from "./check-lengths.js";

test.each(["a.ts", "a.tsx", "a.mjs", "a.cjs", "fixtures/a.py", "fixtures/a.R", "a.test.ts"])("%s", (file) => {
  expect(checkLengths(plantedRepository({ [file]: "line\n".repeat(400) }))).toEqual([]);
  expect(checkLengths(plantedRepository({ [file]: `${"line\n".repeat(399)}line` }))).toEqual([]);
  const [fault] = checkLengths(plantedRepository({ [file]: "line\n".repeat(401) }));
  expect(fault).toMatchObject({ rule: "file-length", file, message: expect.stringContaining("401") });
});

test("documents and data may be longer", () => {
  expect(
    checkLengths(plantedRepository({ "a.md": "line\n".repeat(500), "a.json": "\n".repeat(500) })),
  ).toEqual([]);
});
