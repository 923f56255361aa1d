import type { Repository } from "../repository/repository.js";
import { plantedRepository } from "./planted-repository.js";

const manifest = (name: string, fields: object = {}) =>
  JSON.stringify({ name, exports: { ".": {}, "./package.json": "./package.json" }, ...fields });

const CLEAN: Readonly<Record<string, string>> = {
  "ARCHITECTURE.md": `# Architecture

## Packages and arrows

| package    | may import      | holds    |
| ---------- | --------------- | -------- |
| \`core\`     | –               | errors   |
| \`image\`    | \`core\`          | pixels   |
| \`model\`    | \`core\`          | layers   |
| \`examples\` | all             | programs |
`,
  "package.json": JSON.stringify({ name: "root", devDependencies: { "@jest/globals": "30.0.0" } }),
  "packages/core/package.json": manifest("@covidxr/core", { exports: { ".": {}, "./files": {} } }),
  "packages/core/src/index.ts": 'export { size } from "./size.js";\n',
  "packages/core/src/size.ts": "export function size(): number {\n  return 1;\n}\n",
  "packages/core/src/size.test.ts":
    'import { test } from "@jest/globals";\nimport { size } from "./size.js";\ntest("size", () => void size());\n',
  "packages/image/package.json": manifest("@covidxr/image", {
    dependencies: { "@covidxr/core": "workspace:^", jimp: "^1.0.0" },
    devDependencies: { "@covidxr/model": "workspace:^", sharp: "^0.35.0" },
    peerDependencies: { sharp: ">=0.33.0", canvas: "*" },
    peerDependenciesMeta: { sharp: { optional: true }, canvas: { optional: true } },
  }),
  "packages/image/tsup.config.ts": 'import { build } from "../../tsup.base.js";\nexport default build();\n',
  "packages/image/src/index.ts": 'export { read } from "./read/read.js";\n',
  "packages/image/src/read/read.ts":
    'import { size } from "@covidxr/core";\nimport { readFileSync } from "node:fs";\nexport async function read() {\n  await import("jimp");\n  await import("sharp");\n  return [size(), readFileSync, "canvas"];\n}\n',
  "packages/image/src/read/read.test.ts":
    'import { read } from "./read.js";\nimport "@covidxr/model";\nimport "@covidxr/testing";\nimport "../../fixtures/golden.json";\nread();\n',
  "packages/image/fixtures/golden.json": "{}",
  "packages/model/package.json": manifest("@covidxr/model", {
    dependencies: { "@covidxr/core": "workspace:^" },
  }),
  "packages/model/src/index.ts":
    'import type { size } from "@covidxr/core/files";\nexport type Size = typeof size;\n',
  "examples/package.json": manifest("examples", {
    dependencies: { "@covidxr/image": "workspace:^", sharp: "^0.35.0" },
  }),
  "examples/src/run.ts": 'import { read } from "@covidxr/image";\nread();\n',
  "tsup.base.ts": "export const build = () => ({});\n",
};

/** A repository of four workspaces that keeps every rule, with files changed, added, or (undefined) left out. */
export function smallRepository(changes: Readonly<Record<string, string | undefined>> = {}): Repository {
  const texts = Object.entries({ ...CLEAN, ...changes }).filter(
    (entry): entry is [string, string] => entry[1] !== undefined,
  );
  return plantedRepository(Object.fromEntries(texts));
}

/** The manifest of a package of that repository with some fields replaced. */
export function changedManifest(file: string, fields: object): Record<string, string> {
  return { [file]: JSON.stringify({ ...JSON.parse(CLEAN[file] ?? "{}"), ...fields }) };
}
