import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { RunData } from "../run/read-run.js";
import { readRun } from "../run/read-run.js";
import { HOSTILE_NAME } from "../testing/hostile-name.js";
import { SAMPLE_AUDIT } from "../testing/sample-audit.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { listCopies } from "./listed-copies.js";

let folder: string;
let run: RunData;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSampleRun(folder, { kind: "holdout", audit: "findings" });
  run = await readRun(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("shows twelve pairs, those of several splits first, the others in the audit's order", () => {
  const copies = listCopies(run);
  expect(SAMPLE_AUDIT.copies).toHaveLength(13);
  expect(copies).toHaveLength(12);
  expect(copies[0]).toMatchObject({
    second: `chest_xray/train/NORMAL/${HOSTILE_NAME}`,
    splits: { first: ["train"], second: ["predict"] },
    acrossSplits: true,
  });
  expect(copies.slice(1).map(({ first, second }) => [first, second])).toEqual(
    SAMPLE_AUDIT.copies.slice(0, 11).map(({ first, second }) => [first, second]),
  );
  expect(copies.slice(1).every(({ acrossSplits }) => !acrossSplits)).toBe(true);
});

test("names every split of a file that stands in several, and none of one that the cohort does not know", () => {
  const [row] = run.cohort.filter(({ path }) => path === SAMPLE_AUDIT.copies[0]!.first);
  const cohort = [...run.cohort, { ...row!, split: "test" as const }];
  const copy = { ...SAMPLE_AUDIT.copies[0]!, second: "elsewhere.png" };
  const [listed] = listCopies({ ...run, cohort, audit: { ...SAMPLE_AUDIT, copies: [copy] } });
  expect(listed!.splits).toEqual({ first: ["train", "test"], second: [] });
  expect(listed!.acrossSplits).toBe(true);
});

test("is empty without an audit", () => {
  expect(listCopies({ ...run, audit: null })).toEqual([]);
});
