import { expect, test } from "@jest/globals";
import fc from "fast-check";
import {
  CHECKS,
  capitalize,
  enumerate,
  type Finding,
  percent,
  SEVERITIES,
  sortFindings,
} from "./findings.js";

const finding = (check: Finding["check"], severity: Finding["severity"], summary = ""): Finding => ({
  check,
  severity,
  summary,
  items: [],
});

test("severity first, then the check, then as they came", () => {
  const sorted = sortFindings([
    finding("values", "issue", "a"),
    finding("files", "issue", "b"),
    finding("probes", "shortcut", "c"),
    finding("images", "leak", "d"),
    finding("patients", "leak", "e"),
    finding("attributes", "shortcut", "f"),
    finding("attributes", "shortcut", "g"),
  ]);
  expect(sorted.map(({ summary }) => summary).join("")).toBe("edfgcba");
});

test("keeps every finding, and sorting again changes nothing", () => {
  const any = fc
    .record({
      check: fc.constantFrom(...CHECKS),
      severity: fc.constantFrom(...SEVERITIES),
      summary: fc.string(),
    })
    .map(({ check, severity, summary }) => finding(check, severity, summary));
  fc.assert(
    fc.property(fc.array(any), (findings) => {
      const sorted = sortFindings(findings);
      expect(new Set(sorted)).toEqual(new Set(findings));
      expect(sorted).toHaveLength(findings.length);
      expect(sortFindings(sorted)).toEqual(sorted);
    }),
  );
});

test("shares", () => {
  expect([0, 0.0004, 0.024, 0.0994, 0.0996, 0.58, 1, Number.NaN].map(percent)).toEqual([
    "0 %",
    "0.0 %",
    "2.4 %",
    "9.9 %",
    "10 %",
    "58 %",
    "100 %",
    "an undefined share",
  ]);
});

test("lists and sentences", () => {
  expect([[], ["a"], ["a", "b"], ["a", "b", "c"]].map(enumerate)).toEqual(["", "a", "a and b", "a, b and c"]);
  expect([capitalize("age band"), capitalize("")]).toEqual(["Age band", ""]);
});
