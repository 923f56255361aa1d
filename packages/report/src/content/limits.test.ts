import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { AuditRecord } from "../run/audit-record.js";
import { analyseSample } from "../testing/analyse-sample.js";
import { SAMPLE_AUDIT } from "../testing/sample-audit.js";
import { limitsOf } from "./limits.js";

const LEAKS = "Splits share patients or images.";
const PATIENTS = "Training and held-out images share patients.";
const ATTRIBUTES = "Attributes other than the disease predict the label.";
const SOURCES = "The source predicts the label.";
const METRICS = "Good metrics do not show that a disease was recognised.";
const FOLDS = "Copies of an image are in several folds.";

let root: string;
let analyses: Record<"holdout" | "folds", RunAnalysis>;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  const read = (kind: "holdout" | "folds") => analyseSample(join(root, kind), { kind });
  analyses = { holdout: await read("holdout"), folds: await read("folds") };
});
afterAll(() => rm(root, { recursive: true, force: true }));

function limits(kind: "holdout" | "folds", audit: AuditRecord | null): Map<string, string> {
  const analysis = analyses[kind];
  const audited = { ...analysis, run: { ...analysis.run, audit } } as RunAnalysis;
  return new Map(limitsOf(audited).map(({ title, text }) => [title, text]));
}

const changed = (change: Partial<AuditRecord>): AuditRecord => ({ ...SAMPLE_AUDIT, ...change });
const only = (check: string) =>
  changed({ findings: SAMPLE_AUDIT.findings.filter((own) => own.check === check) });

test("without an audit, the run's own facts are given", () => {
  const own = limits("holdout", null);
  expect([...own.keys()]).toEqual(expect.arrayContaining([PATIENTS, SOURCES, METRICS]));
  for (const title of [LEAKS, ATTRIBUTES]) expect(own.has(title)).toBe(false);
  expect(own.get(METRICS)).toContain("A network needs only one thing");
});

test("what an audit found replaces the coarser facts", () => {
  const own = limits("holdout", SAMPLE_AUDIT);
  expect(own.get(LEAKS)).toMatch(/^6 of 12 rows of predict.*1 image is in both train and predict\./);
  expect(own.get(ATTRIBUTES)).toContain(
    "source 1.000 (by chance 0.016; 2 of 2 values in one class only) and age band 0.081 (by chance 0.021).",
  );
  expect(own.get(ATTRIBUTES)).not.toContain("view");
  expect(own.get(METRICS)).toContain(
    "1 probe of the label comes near the model’s own area under the ROC curve (0.889 [0.680, 1.000]): border alone (0.910 [0.820, 0.980]).",
  );
  for (const title of [PATIENTS, SOURCES]) expect(own.has(title)).toBe(false);
});

test("facts that the audit did not find stay", () => {
  const own = limits("holdout", { ...only("images"), probes: null });
  expect(own.has(LEAKS)).toBe(true);
  expect(own.has(PATIENTS)).toBe(true);
  expect(own.has(SOURCES)).toBe(true);
  expect(own.get(METRICS)).toContain("A network needs only one thing");
});

test("a weak attribute is not named, and the source's own fact stays", () => {
  const attributes = SAMPLE_AUDIT.attributes.map((own) => ({ ...own, share: own.shareByChance + 0.04 }));
  const own = limits("holdout", changed({ attributes }));
  expect(own.has(ATTRIBUTES)).toBe(false);
  expect(own.has(SOURCES)).toBe(true);
});

test("counts the leaks it does not name", () => {
  const leak = SAMPLE_AUDIT.findings[0]!;
  const findings = [leak, { ...leak, summary: "Second." }, { ...leak, summary: "Third." }];
  const text = limits("holdout", changed({ findings })).get(LEAKS)!;
  expect(text).toContain("Second. The audit lists 1 further leak.");
  expect(text).not.toContain("Third.");
});

test("a clean audit adds nothing and takes nothing away", () => {
  const clean = changed({ findings: [], attributes: [], copies: [], probes: null });
  for (const kind of ["holdout", "folds"] as const) expect(limits(kind, clean)).toEqual(limits(kind, null));
});

test("for folds, copies in several of them count, not the cohort's splits", () => {
  const own = limits("folds", SAMPLE_AUDIT);
  expect(own.has(LEAKS)).toBe(false);
  expect(own.has(PATIENTS)).toBe(limits("folds", null).has(PATIENTS));
  expect(own.has(FOLDS)).toBe(true);
  const [first, second] = analyses.folds.run.kind === "folds" ? analyses.folds.run.groupings[0]!.folds : [];
  const pair = (a: string, b: string) =>
    changed({ copies: [{ ...SAMPLE_AUDIT.copies[0]!, first: a, second: b }] });
  const [one, two] = first!.images;
  expect(limits("folds", pair(one!.path, two!.path)).has(FOLDS)).toBe(false);
  expect(limits("folds", pair(one!.path, second!.images[0]!.path)).get(FOLDS)).toMatch(
    /^1 pair .* is split between folds/,
  );
});
