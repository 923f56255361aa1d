import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const KNIP = resolve("node_modules/knip/bin/knip.js");
const CONFIGURATION = resolve("knip.jsonc");

/** A tree of one package, of which everything is used. */
const CLEAN: Readonly<Record<string, string>> = {
  "package.json": '{ "name": "root", "private": true, "type": "module" }',
  "pnpm-workspace.yaml": "packages:\n  - packages/*\n",
  "packages/core/package.json":
    '{ "name": "@covidxr/core", "type": "module", "dependencies": { "zod": "4" }, "main": "./dist/index.js" }',
  "packages/core/src/index.ts": 'export { size } from "./size.js";\n',
  "packages/core/src/size.ts":
    'import { z } from "zod";\nexport interface Size {}\nexport function size(): Size {\n  return z;\n}\n',
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "covidxr-knip-"));
});
afterEach(() => rmSync(root, { recursive: true }));

function findings(changes: Readonly<Record<string, string>> = {}) {
  for (const [file, text] of Object.entries({ ...CLEAN, ...changes })) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  const args = [
    KNIP,
    "--directory",
    root,
    "--config",
    CONFIGURATION,
    "--reporter",
    "compact",
    "--no-progress",
    "--no-config-hints",
  ];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

test("a tree of which everything is used is silent", () => {
  expect(findings()).toEqual({ status: 0, output: "" });
});

test.each([
  ["an unused file", { "packages/core/src/alone.ts": "export const a = 1;\n" }, "packages/core/src/alone.ts"],
  [
    "an unused export",
    { "packages/core/src/size.ts": `${CLEAN["packages/core/src/size.ts"]}export const spare = 1;\n` },
    "spare",
  ],
  [
    "an export used in its own file only",
    {
      "packages/core/src/size.ts": `${CLEAN["packages/core/src/size.ts"]}export const spare = 1;\nconsole.log(spare);\n`,
    },
    "spare",
  ],
  ["an unused dependency", { "packages/core/src/size.ts": "export function size() {}\n" }, "zod"],
  [
    "a dependency that is not listed",
    { "packages/core/src/size.ts": 'import "yaml";\nimport "zod";\nexport function size() {}\n' },
    "yaml",
  ],
])("%s", (_, changes, name) => {
  const { status, output } = findings(changes);
  expect(status).toBe(1);
  expect(output).toContain(name);
});
