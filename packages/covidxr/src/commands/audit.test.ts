import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AuditFindings } from "../study/audit.js";
import { type Outcome, runProgram, writeSmallStudy } from "../testing/run-program.js";

// The whole program as a user runs it, on a small synthetic study.
let root: string;
const audit = (output: string, ...flags: string[]) =>
  runProgram(root, [
    ...[
      "audit",
      "--study",
      "study",
      "--cache",
      "cache",
      "--output",
      output,
      "--height",
      "64",
      "--width",
      "76",
    ],
    ...flags,
  ]);
const text = (...path: string[]) => readFile(join(root, ...path), "utf8");
const record = async (output: string): Promise<AuditFindings> => JSON.parse(await text(output, "audit.json"));
const leaks = ({ findings }: AuditFindings): AuditFindings["findings"] =>
  findings.filter(({ severity }) => severity === "leak");

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeSmallStudy(join(root, "study"));
});
afterAll(() => rm(root, { recursive: true, force: true }));

describe("the study's split", () => {
  let outcome: Outcome;
  beforeAll(async () => {
    outcome = await audit("first", "--strict");
  });

  test("is printed, findings and probes, and left in the folder", async () => {
    const { findings, attributes, probes, rows } = await record("first");
    expect(outcome.stdout).toContain(`Audit of ${rows} rows`);
    for (const { summary } of findings) expect(outcome.stdout).toContain(summary);
    for (const { attribute } of attributes) expect(outcome.stdout).toContain(attribute);
    for (const { words } of probes!.results) expect(outcome.stdout).toContain(words);
    expect(outcome.stdout).toContain("not a diagnostic device");
    const written = await text("first", "audit.txt");
    for (const item of findings.flatMap(({ items }) => items)) expect(written).toContain(item);
    expect((await readdir(join(root, "first"))).sort()).toEqual([
      "audit.json",
      "audit.txt",
      "cohort-flow.json",
      "cohort.csv",
      "manifest.json",
      "run.json",
      "thumbnails",
    ]);
    expect(JSON.parse(await text("first", "run.json"))).toMatchObject({
      status: "finished",
      synthetic: true,
    });
  });

  test("has the listed normal twice", async () => {
    const files = (await record("first")).findings.filter(({ check }) => check === "files");
    expect(files.flatMap(({ items }) => items)).not.toEqual([]);
  });

  test("--strict ends with its leaks, after everything is written", async () => {
    expect(leaks(await record("first"))).not.toEqual([]);
    expect(outcome.code).toBe(1);
    expect(outcome.stderr.trim().split("\n")).toEqual([
      expect.stringMatching(/^Error: expected splits that share no patient/),
    ]);
  });

  test("again, without --strict, ends well and gives the same bytes", async () => {
    expect(await audit("again")).toMatchObject({ code: 0, stderr: "" });
    expect(await text("again", "audit.json")).toBe(await text("first", "audit.json"));
  });
});

test("--split patient has no leaks", async () => {
  const { code, stderr, stdout } = await audit(
    "patient",
    "--split",
    "patient",
    "--strict",
    "--probes",
    "none",
  );
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toMatch(/0 leaks/);
  expect(leaks(await record("patient"))).toEqual([]);
  expect((await record("patient")).probes).toBeNull();
});
