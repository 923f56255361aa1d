import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { record } from "../testing/record.js";
import { type FindingGroups, groupFindings, STUDY_FINDINGS } from "./group-findings.js";

function labels(findings: readonly string[], groups: FindingGroups): [string, number][] {
  const records = findings.map((finding, i) => record({ finding, filename: `${i}.png`, line: i + 2 }));
  return groupFindings(records, groups).map((item) => [item.record.finding, item.label]);
}

function expectInvalid(run: () => unknown, fields: Partial<InvalidArgumentError>): void {
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining(fields));
}

describe("groupFindings", () => {
  test("labels the flat findings of 2020-05 by exact token", () => {
    const findings = ["COVID-19", "COVID-19, ARDS", "ARDS", "No Finding", "COVID-19, SARS"];
    expect(labels(findings, STUDY_FINDINGS)).toEqual([
      ["COVID-19", 1],
      ["COVID-19, ARDS", 1],
      ["ARDS", 0],
      ["No Finding", 0],
      ["COVID-19, SARS", 0],
    ]);
  });

  test("labels the later paths, with stray spaces", () => {
    const findings = [
      "Pneumonia/Viral/COVID-19",
      "Pneumonia/Viral/ COVID-19 ",
      "Pneumonia/Viral/Herpes ",
      "Pneumonia",
    ];
    expect(labels(findings, STUDY_FINDINGS).map(([, label]) => label)).toEqual([1, 1, 0, 0]);
  });

  test("a token stands for its node and all below it, never for part of a name", () => {
    const findings = [
      "Pneumonia/Viral/Influenza/H1N1",
      "Pneumonia/Viral/COVID-19",
      "Pneumonia/Bacterial",
      "Viral",
    ];
    const positivesOf = (token: string) =>
      labels(findings, { positive: [token] }).flatMap(([f, l]) => (l ? [f] : []));
    expect(positivesOf("Influenza")).toEqual(["Pneumonia/Viral/Influenza/H1N1"]);
    expect(positivesOf("Pneumonia/Viral")).toEqual(findings.slice(0, 2));
    expect(positivesOf("Viral")).toEqual([findings[0], findings[1], "Viral"]);
    expect(() => positivesOf("Influ")).toThrow(EmptySelectionError);
    expect(() => positivesOf("viral")).toThrow(EmptySelectionError);
  });

  test("the deeper token decides", () => {
    const findings = ["Pneumonia/Viral/COVID-19", "Pneumonia/Viral/SARS", "Pneumonia", "Tuberculosis"];
    const groups = { positive: ["COVID-19"], negative: ["Pneumonia"], excluded: ["Tuberculosis"] };
    expect(labels(findings, groups)).toEqual([
      ["Pneumonia/Viral/COVID-19", 1],
      ["Pneumonia/Viral/SARS", 0],
      ["Pneumonia", 0],
    ]);
    const reversed = { positive: ["Pneumonia"], negative: ["Viral/COVID-19"], excluded: ["Tuberculosis"] };
    expect(labels(findings, reversed).map(([, label]) => label)).toEqual([0, 1, 1]);
  });

  test("records without a diagnosis are left out when the groups say so", () => {
    expect(labels(["COVID-19", "todo", "Unknown", "SARS"], STUDY_FINDINGS)).toEqual([
      ["COVID-19", 1],
      ["SARS", 0],
    ]);
  });

  test.each(["todo", "Unknown", "", " "])("a finding of %j is never negative by default", (finding) => {
    expectInvalid(() => labels(["COVID-19", "SARS", finding], { positive: ["COVID-19"] }), {
      parameter: "groups",
      value: finding,
    });
  });

  test("with a list of negatives every finding must be in a group", () => {
    const groups = { positive: ["COVID-19"], negative: ["SARS"] };
    expectInvalid(() => labels(["COVID-19", "SARS", "Klebsiella"], groups), { value: "Klebsiella" });
  });

  test("one token in two groups is refused", () => {
    const groups = { positive: ["Viral/COVID-19"], excluded: ["Viral/ COVID-19"] };
    expectInvalid(() => labels(["COVID-19"], groups), {
      parameter: "groups.excluded",
      value: "Viral/ COVID-19",
    });
  });

  test.each<[string, string[], FindingGroups, string]>([
    ["no positive", ["SARS", "ARDS"], STUDY_FINDINGS, "positive findings"],
    ["no negative", ["COVID-19"], STUDY_FINDINGS, "negative findings"],
    ["no record", [], STUDY_FINDINGS, "positive findings"],
    ["no token", ["SARS"], { positive: [] }, "positive findings"],
    ["only excluded", ["todo"], STUDY_FINDINGS, "positive findings"],
  ])("%s is an error", (_, findings, groups, selection) => {
    const run = () => labels(findings, groups);
    expect(run).toThrow(EmptySelectionError);
    expect(run).toThrow(expect.objectContaining({ selection }));
  });

  test("order and identity are kept, and each label follows its finding alone", () => {
    const finding = fc.constantFrom("COVID-19", "SARS", "Pneumonia/Viral/COVID-19", "Unknown");
    fc.assert(
      fc.property(fc.array(finding), (middle) => {
        const records = ["COVID-19", ...middle, "SARS"].map((name) => record({ finding: name }));
        const labelled = groupFindings(records, STUDY_FINDINGS);
        expect(labelled.map((item) => item.record)).toEqual(
          records.filter((item) => item.finding !== "Unknown"),
        );
        for (const item of labelled)
          expect(item.label).toBe(item.record.finding.endsWith("COVID-19") ? 1 : 0);
      }),
    );
  });
});
