import { expect, test } from "@jest/globals";
import { countFindings } from "./count-findings.js";

test("counts exact findings, most frequent first, ties by name", () => {
  const findings = ["SARS", "COVID-19, ARDS", "COVID-19", "ARDS", "COVID-19"].map((finding) => ({ finding }));
  expect(countFindings(findings)).toEqual([
    { finding: "COVID-19", count: 2 },
    { finding: "ARDS", count: 1 },
    { finding: "COVID-19, ARDS", count: 1 },
    { finding: "SARS", count: 1 },
  ]);
  expect(countFindings([])).toEqual([]);
});
