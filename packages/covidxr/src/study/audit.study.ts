import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findLeakage, readCohort } from "@covidxr/dataset";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { runProgram } from "../testing/run-program.js";
import { type AuditFindings, splitIdentities } from "./audit.js";

// The published study's own faults, known from its files; without probes, which need no test of their own here.
const STUDY = join(process.cwd(), process.env.COVIDXR_SHARED ?? "../shared", "study");
const MINUTES = 60_000;

let root: string;
const audit = async (output: string, ...flags: string[]): Promise<AuditFindings> => {
  const args = ["--study", STUDY, "--cache", "cache", "--output", output, "--probes", "none", ...flags];
  expect(await runProgram(root, ["audit", ...args])).toMatchObject({ code: 0, stderr: "" });
  return JSON.parse(await readFile(join(root, output, "audit.json"), "utf8"));
};
const summaries = ({ findings }: AuditFindings, check: AuditFindings["findings"][number]["check"]) =>
  findings.filter((finding) => finding.check === check).map(({ summary }) => summary);

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("the study's own split", () => {
  let record: AuditFindings;
  beforeAll(async () => {
    record = await audit("study");
  }, 10 * MINUTES);

  test("patients stand on both sides", () => {
    const found = summaries(record, "patients");
    expect(found).toHaveLength(3);
    expect(found).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/\b12 of (the )?31 rows in predict.*\b11 patients.*train/),
        expect.stringMatching(/\b15 of (the )?55 rows in test.*\b12 patients.*train/),
        expect.stringMatching(/\b3 patients/),
      ]),
    );
  });

  test("files stand in the list twice", () => {
    const items = record.findings
      .filter(({ check }) => check === "files")
      .flatMap((finding) => finding.items.map((item) => [finding.severity, item] as const));
    const severityOf = (name: string) => items.find(([, item]) => item.includes(name))?.[0];
    expect(severityOf("NORMAL2-IM-0657-0001.jpeg")).toBe("leak");
    expect(severityOf("IM-0646-0001.jpeg")).toBe("issue");
    expect(severityOf("NORMAL2-IM-0918-0001.jpeg")).toBe("issue");
  });

  test("the source tells most of the label", () => {
    expect(summaries(record, "attributes").join("\n")).toMatch(/106 images from chest-xray-pneumonia/);
  });
});

test(
  "split by patient, nothing leaks",
  async () => {
    const record = await audit("patient", "--split", "patient", "--strict");
    expect(record.findings.filter(({ severity }) => severity === "leak")).toEqual([]);
    const rows = await readCohort(join(root, "patient", "cohort.csv"));
    expect(findLeakage(splitIdentities(rows, record.copies, ["train", "test", "predict"]))).toEqual([]);
    const sizes = record.splits.map(({ negative, positive }) => negative + positive);
    expect(sizes.every((size) => size > 20)).toBe(true);
  },
  10 * MINUTES,
);
