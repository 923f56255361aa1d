import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { isSyntheticStudy } from "./is-synthetic-study.js";

test("knows a synthetic study by its notice", async () => {
  const dir = await mkdtemp(join(tmpdir(), "covidxr-phantom-"));
  expect(await isSyntheticStudy(dir)).toBe(false);
  await writeFile(join(dir, "SYNTHETIC.txt"), "");
  expect(await isSyntheticStudy(dir)).toBe(true);
  await rm(dir, { recursive: true });
  expect(await isSyntheticStudy(dir)).toBe(false);
});
