// Writes packages/*/api/*.api.md anew from what was built. Usage: pnpm api:report
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, relative } from "node:path";
import { apiReports } from "./api-reports.js";

const root = process.cwd();
for (const { path, text, kept } of await apiReports(root)) {
  if (kept === text) continue;
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, text);
  console.log(`${relative(root, path)} ${kept === undefined ? "written" : "changed"}`);
}
