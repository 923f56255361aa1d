import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { SAMPLE_AUDIT } from "../testing/sample-audit.js";
import { writeSampleRun } from "../testing/write-sample-run.js";
import { readAudit } from "./read-audit.js";
import { readRun } from "./read-run.js";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (record: unknown) => writeFile(join(folder, "audit.json"), JSON.stringify(record));

test("reads an audit, an undefined figure as NaN", async () => {
  await write(SAMPLE_AUDIT);
  expect(await readFile(join(folder, "audit.json"), "utf8")).toContain('"adjustedPValue":null');
  const audit = await readAudit(folder);
  expect(audit).toEqual(SAMPLE_AUDIT);
  expect(audit!.attributes[2]!.adjustedPValue).toBeNaN();
});

test("passes over what a report does not show", async () => {
  const [pair] = SAMPLE_AUDIT.copies.slice(-1);
  const crop = { of: "second", window: { left: 0, top: 0, width: 0.9, height: 1 } };
  await write({ ...SAMPLE_AUDIT, later: true, copies: [{ ...pair, crop }] });
  expect((await readAudit(folder))!.copies).toEqual([{ ...pair, crop: { of: "second" } }]);
});

test.each(["holdout", "folds"] as const)("comes with a run that has one: %s", async (kind) => {
  await writeSampleRun(folder, { kind });
  expect((await readRun(folder)).audit).toBeNull();
  await writeSampleRun(folder, { kind, audit: "findings" });
  expect((await readRun(folder)).audit).toEqual(SAMPLE_AUDIT);
});

describe("refuses", () => {
  const [finding] = SAMPLE_AUDIT.findings;
  const [attribute] = SAMPLE_AUDIT.attributes;
  const [copy] = SAMPLE_AUDIT.copies;
  const [probe] = SAMPLE_AUDIT.probes!.results;
  const missing = { field: "age", negative: { missing: 3, of: 2 }, positive: { missing: 0, of: 2 } };
  test.each<{ why: string; change: object; field: string }>([
    { why: "another version", change: { version: 2 }, field: "version" },
    { why: "no findings", change: { findings: undefined }, field: "findings" },
    {
      why: "a severity that is none",
      change: { findings: [finding, { ...finding, severity: "blemish" }] },
      field: "findings.1.severity",
    },
    {
      why: "items that are no text",
      change: { findings: [{ ...finding, items: [1] }] },
      field: "findings.0.items.0",
    },
    {
      why: "a share above 1",
      change: { attributes: [{ ...attribute, share: 1.2 }] },
      field: "attributes.0.share",
    },
    {
      why: "more missing than there are",
      change: { missingFields: [{ ...missing, adjustedPValue: 1 }] },
      field: "missingFields.0.negative",
    },
    {
      why: "half an image",
      change: { splits: [{ split: "train", negative: 0.5, positive: 1, patients: 1 }] },
      field: "splits.0.negative",
    },
    {
      why: "a correlation above 1",
      change: { copies: [{ ...copy, correlation: 1.5 }] },
      field: "copies.0.correlation",
    },
    {
      why: "a verdict that is none",
      change: { probes: { model: null, results: [{ ...probe, verdict: "guilty" }] } },
      field: "probes.results.0.verdict",
    },
    {
      why: "an area that is text",
      change: { probes: { model: { value: "high" }, results: [] } },
      field: "probes.model.value",
    },
  ])("$why", async ({ change, field }) => {
    await write({ ...SAMPLE_AUDIT, ...change });
    const attempt = readAudit(folder);
    await expect(attempt).rejects.toThrow(FileError);
    await expect(attempt).rejects.toMatchObject({ path: join(folder, "audit.json"), reason: "corrupt" });
    await expect(attempt).rejects.toThrow(`"${field}"`);
  });

  test.each([
    ["{", /not JSON/],
    ["3", /wrong record/],
  ])("a file that holds %p", async (text, says) => {
    await writeFile(join(folder, "audit.json"), text);
    const attempt = readAudit(folder);
    await expect(attempt).rejects.toMatchObject({ name: "FileError", reason: "corrupt" });
    await expect(attempt).rejects.toThrow(says);
  });

  test("a folder of that name", async () => {
    await mkdir(join(folder, "audit.json"));
    await expect(readAudit(folder)).rejects.toMatchObject({ name: "FileError", reason: "unreadable" });
  });
});
