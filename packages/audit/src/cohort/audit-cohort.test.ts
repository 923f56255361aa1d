import { InvalidArgumentError } from "@covidxr/core";
import { parseMetadata } from "@covidxr/dataset";
import type { AuditInput } from "@covidxr/report/internal";
import { describe, expect, test } from "@jest/globals";
import { sortFindings } from "../findings.js";
import { type AucEstimate, type ProbeResult, probeFindings } from "../probes/verdict.js";
import {
  changeFacts,
  changeFingerprints,
  changeRows,
  cleanCohort,
  copyPair,
  type TestCohort,
} from "../testing/clean-cohort.js";
import { auditCohort, type CohortAudit } from "./audit-cohort.js";

const clean = cleanCohort(8);
const OPTIONS = { copies: [], now: new Date("2021-06-15"), seed: 3 } as const;
const audit = ({ rows, fingerprints }: TestCohort, change: Partial<Parameters<typeof auditCohort>[1]> = {}) =>
  auditCohort(rows, { fingerprints, ...OPTIONS, ...change });
const names = (...parameters: Parameters<typeof audit>) =>
  audit(...parameters).findings.map(({ severity, check }) => `${severity}: ${check}`);

/** The audit of the clean cohort, made once. */
const found = audit(clean);
const train = clean.rows.filter(({ split }) => split === "train");
const held = clean.rows.find(({ split, label }) => split === "predict" && label === train[0]!.label)!;

describe("auditCohort", () => {
  test("finds nothing in a clean cohort, and gives its tables", () => {
    expect(audit(cleanCohort(9)).findings).toEqual([]);
    const { findings, attributes, missingFields, splits, copies } = found;
    expect(findings).toEqual([]);
    expect([attributes.length, missingFields.length, splits.length, copies.length]).toEqual([8, 6, 3, 0]);
  });

  test.each<[string, TestCohort]>([
    [
      "leak: patients",
      changeRows(clean, ({ path }) =>
        path === held.path ? { patientId: train[0]!.patientId, facts: train[0]!.facts } : {},
      ),
    ],
    [
      "leak: files",
      {
        ...clean,
        rows: [
          ...clean.rows,
          { ...train[0]!, split: "test", patientId: null },
          { ...train[1]!, split: "test", patientId: null },
        ],
      },
    ],
    ["shortcut: attributes", changeFacts(clean, ({ label }) => ({ view: label === 1 ? "PA" : "AP" }))],
    ["shortcut: missing-fields", changeFacts(clean, ({ label }) => ({ date: label === 1 ? "2020" : null }))],
    [
      "issue: classes",
      { ...clean, rows: clean.rows.filter((row, place) => row.split !== "test" || place % 3 > 0) },
    ],
    ["issue: values", changeFacts(clean, ({ path }) => (path === held.path ? { temperature: 99 } : {}))],
  ])("finds %s where it was planted, and nothing else", (name, planted) => {
    const paths = new Set(planted.rows.map(({ path }) => path));
    const fingerprints = planted.fingerprints.filter(({ path }) => paths.has(path));
    expect(new Set(names({ ...planted, fingerprints }))).toEqual(new Set([name]));
  });

  test("finds images where copies are given, and passes them on", () => {
    const copies = [copyPair(train[0]!.path, held.path)];
    const related = audit(clean, { copies });
    expect(related.findings.map(({ severity, check }) => `${severity}: ${check}`)).toEqual(["leak: images"]);
    expect(related.copies).toBe(copies);
  });

  test("looks at the values of all records where it is given them", () => {
    const content =
      "patientid,finding,view,modality,folder,filename,age\n7,SARS,PA,X-ray,images,a.png,50\n8,SARS,PA,X-ray,images,b.png,150\n";
    const records = parseMetadata(content, "metadata.csv");
    expect(audit(clean, { records }).findings).toMatchObject([
      { check: "values", severity: "issue", items: ["b.png: 150 years"] },
    ]);
  });

  test("the worst comes first", () => {
    const planted = changeFingerprints(
      changeFacts(
        changeRows(clean, ({ path }) =>
          path === held.path ? { patientId: train[0]!.patientId, facts: train[0]!.facts } : {},
        ),
        ({ path, label }) => ({
          ...(path === held.path && { temperature: 99 }),
          view: label === 1 ? "PA" : "AP",
        }),
      ),
      ({ path }) => (path === held.path || path === train[0]!.path ? { fileDigest: "same" } : {}),
    );
    expect(names(planted)).toEqual([
      "leak: patients",
      "leak: files",
      "shortcut: attributes",
      "issue: values",
    ]);
  });

  test("a cohort without files or splits has no findings about them", () => {
    const unsplit = changeRows(clean, () => ({ split: null, status: "missing" }));
    const { findings, splits, attributes } = audit({ ...unsplit, fingerprints: [] });
    expect(findings).toEqual([]);
    expect(splits).toEqual([]);
    for (const { known, share } of attributes) expect([known, share]).toEqual([0, Number.NaN]);
  });

  test("one seed, one result; the order of rows changes no finding", () => {
    const planted = changeFacts(clean, ({ label }, i) => ({ view: i % 3 === label ? "PA" : "AP" }));
    const once = audit(planted);
    expect(audit(planted)).toEqual(once);
    expect(names({ ...planted, rows: planted.rows.toReversed() })).toEqual(
      once.findings.map(({ severity, check }) => `${severity}: ${check}`),
    );
  });

  test.each<[string, () => unknown, string, unknown]>([
    ["no rows", () => audit({ rows: [], fingerprints: [] }), "rows", []],
    ["a date that is none", () => audit(clean, { now: new Date("soon") }), "now", expect.any(Date)],
    [
      "a fingerprint of another file",
      () => audit(changeFingerprints(clean, ({ path }) => ({ path: `/study/${path}` }))),
      "fingerprints",
      `/study/${clean.rows[0]!.path}`,
    ],
    [
      "a copy of another file",
      () => audit(clean, { copies: [copyPair(held.path, "x.png")] }),
      "copies",
      "x.png",
    ],
    ["a seed out of range", () => audit(clean, { seed: 0.5 }), "seed", 0.5],
  ])("refuses %s", (_, run, parameter, value) => {
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter, value }));
  });
});

test("audits and probes are what a run's writer takes", () => {
  // Checked by the compiler: report's schema of audit.json and the results of this package agree.
  const input = (
    cohort: CohortAudit,
    results: readonly ProbeResult[],
    model: AucEstimate | null,
  ): AuditInput => ({
    version: 1,
    rows: clean.rows.length,
    images: clean.fingerprints.length,
    ...cohort,
    findings: sortFindings([...cohort.findings, ...probeFindings(results, cohort)]),
    probes: { results, model },
  });
  expect(input(found, [], null)).toMatchObject({ ...found, probes: { results: [], model: null } });
});
