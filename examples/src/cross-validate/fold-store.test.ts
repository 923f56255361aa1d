import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FoldRecord } from "@covidxr/training";
import { beforeEach, expect, test } from "@jest/globals";
import { openFoldStore } from "./fold-store.js";

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "folds");
});

const record = (fold: number) => ({ seed: 1, fold, rows: [fold], outputs: [0.5] }) as unknown as FoldRecord;

test("gives back the folds of its own key, and leaves out files that are cut short", async () => {
  const store = openFoldStore(folder, "these settings");
  expect(await store.load()).toEqual([]);
  await store.save(record(0));
  await store.save(record(1));
  await openFoldStore(folder, "other settings").save(record(2));
  await writeFile(join(folder, "seed-1-fold-2.json"), '{"key": "these');
  expect(await store.load()).toEqual([record(0)]);
  await store.clear();
  expect(await store.load()).toEqual([]);
  await expect(readdir(folder)).rejects.toMatchObject({ code: "ENOENT" });
});

test("a folder that is a file is an error with its path", async () => {
  await writeFile(folder, "");
  await expect(openFoldStore(folder, "").load()).rejects.toMatchObject({
    kind: "file",
    path: folder,
    reason: "unreadable",
  });
});
