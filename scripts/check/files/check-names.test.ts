import { expect, test } from "@jest/globals";
import { plantedRepository } from "../testing/planted-repository.js";
import { checkNames } from "./check-names.js";

const check = (...files: string[]) =>
  checkNames(plantedRepository(Object.fromEntries(files.map((file) => [file, ""]))));

test("kebab-case between dots, Python's own, and customary names are silent", () => {
  const files = [
    "a/read-cohort.test.ts",
    "vgg19.ts",
    ".changeset/config.json",
    ".gitignore",
    ".ci/run",
    "fixtures/generate_roc.R",
  ];
  expect(
    check(...files, "fixtures/generate_folds.py", "README.md", "docs/README.md", "LICENSE", "a/f1-score.ts"),
  ).toEqual([]);
});

test.each([
  "readCohort.ts",
  "ReadCohort.ts",
  "read_cohort.ts",
  "read--cohort.ts",
  "read-cohort..ts",
  "Notes.md",
  "generate-roc.py",
])("%s", (name) => {
  expect(check(`src/${name}`)).toMatchObject([{ rule: "file-name", file: `src/${name}` }]);
});

test("a folder is named once, whatever is in it", () => {
  expect(check("src/myFolder/a.ts", "src/myFolder/deeper/b.ts")).toMatchObject([
    { rule: "file-name", file: "src/myFolder" },
  ]);
});
