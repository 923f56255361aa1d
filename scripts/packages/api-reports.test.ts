import { mkdir, mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { expect, test } from "@jest/globals";
import { apiReports } from "./api-reports.js";
import { CLEAN_MANIFEST } from "./testing/planted-package.js";

const ROOT = join(__dirname, "../..");

test("the API reports are those of what is built; pnpm api:report writes them", async () => {
  const reports = await apiReports(ROOT);
  const outdated = reports.filter(({ kept, text }) => kept !== text).map(({ path }) => relative(ROOT, path));
  expect(outdated).toEqual([]);
});

test("no report is left of an entry point that is gone", async () => {
  const reports = await apiReports(ROOT);
  const folders = [...new Set(reports.map(({ path }) => dirname(path)))];
  const files = await Promise.all(
    folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
  );
  expect(files.flat().sort()).toEqual(reports.map(({ path }) => path).sort());
});

async function plantedRoot(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await mkdir(join(root, "packages/planted"), { recursive: true });
  await writeFile(join(root, "packages/planted/package.json"), JSON.stringify(CLEAN_MANIFEST));
  return root;
}

test("a report that is missing or out of date differs from its text", async () => {
  const root = await plantedRoot();
  const types = join(root, "packages/planted/dist/index.d.ts");
  await mkdir(dirname(types));
  await writeFile(types, "declare const one = 1;\n\nexport { one };\n");
  const [missing] = await apiReports(root);
  expect(missing).toMatchObject({ specifier: "@covidxr/planted", kept: undefined });

  await mkdir(dirname(missing!.path));
  await writeFile(missing!.path, missing!.text);
  const [current] = await apiReports(root);
  expect(current!.kept).toBe(current!.text);

  await writeFile(types, "declare const one = 2;\n\nexport { one };\n");
  const [stale] = await apiReports(root);
  expect(stale!.kept).not.toBe(stale!.text);
});

test("a package that is not built has no report", async () => {
  await expect(apiReports(await plantedRoot())).rejects.toThrow("run npm run build first");
});
