import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { RunData } from "../run/read-run.js";
import { readRun } from "../run/read-run.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { cohortFacts } from "./cohort-facts.js";

let folder: string;
let run: RunData;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSampleRun(folder, { kind: "holdout", noDerivatives: [1] });
  run = await readRun(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test("counts the licence of a file once, however many rows have it", () => {
  const { licences, used } = cohortFacts(run);
  const files = new Set(run.cohort.filter(({ status }) => status === "used").map(({ path }) => path)).size;
  expect(licences.reduce((sum, { images }) => sum + images, 0)).toBe(files);
  const again = run.cohort.find(({ status, license }) => status === "used" && license !== null)!;
  const twice = cohortFacts({ ...run, cohort: [...run.cohort, again, again] });
  expect(twice.licences).toEqual(licences);
  expect(twice.used).toBe(used + 2);
});

test("leaves out sources that state no licence, and images that were not used", () => {
  const [first] = cohortFacts(run).licences;
  const silent = run.cohort.map((row) => (row.source === first!.source ? { ...row, license: null } : row));
  expect(cohortFacts({ ...run, cohort: silent }).licences.map(({ source }) => source)).not.toContain(
    first!.source,
  );
  const missing = run.cohort.map((row) => ({ ...row, status: "missing" as const }));
  expect(cohortFacts({ ...run, cohort: missing })).toMatchObject({
    licences: [],
    used: 0,
    withheld: [expect.any(String)],
  });
});
