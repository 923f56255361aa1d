import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { openRepository } from "./open-repository.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "covidxr-check-"));
});
afterEach(() => rmSync(root, { recursive: true }));

test("files that are tracked or new, not those that are ignored or gone", () => {
  mkdirSync(join(root, "src"));
  mkdirSync(join(root, "dist"));
  for (const file of ["src/b.ts", "src/é.ts", "gone.ts", "dist/a.js"]) writeFileSync(join(root, file), file);
  writeFileSync(join(root, ".gitignore"), "dist/\n");
  execFileSync("git", ["init", "--quiet"], { cwd: root });
  execFileSync("git", ["add", "."], { cwd: root });
  rmSync(join(root, "gone.ts"));
  writeFileSync(join(root, "new.ts"), "new");
  const repository = openRepository(root);
  expect(repository.files).toEqual([".gitignore", "new.ts", "src/b.ts", "src/é.ts"]);
  expect(repository.read("src/b.ts")).toBe("src/b.ts");
});

test("a folder that is no clone is refused", () => {
  expect(() => openRepository(root)).toThrow("expected a clone");
});
