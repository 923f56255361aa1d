import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { STUDY_FINDINGS } from "../study/constants.js";
import { record } from "../testing/rows.js";
import {
  countFindings,
  type FindingGroups,
  filterRecords,
  groupFindings,
  type RecordFilter,
} from "./labels.js";

const records = [
  record({ filename: "a.png", view: "PA", age: 40 }),
  record({ filename: "b.png", view: "AP Supine", age: null }),
  record({ filename: "c.png", view: "AP", modality: "CT", age: 61 }),
];
const namesFor = (filter: RecordFilter): string[] =>
  filterRecords(records, filter).map(({ filename }) => filename);

test("keeps exact matches of every field, in order", () => {
  expect(namesFor({ view: "AP" })).toEqual(["c.png"]);
  expect(namesFor({ view: ["AP Supine", "PA"], modality: "X-ray" })).toEqual(["a.png", "b.png"]);
  expect(namesFor({ view: "pa" })).toEqual([]);
  expect(namesFor({})).toEqual(["a.png", "b.png", "c.png"]);
});

test("numbers are filtered as numbers, null as unknown", () => {
  expect(namesFor({ age: [40, 61] })).toEqual(["a.png", "c.png"]);
  expect(namesFor({ age: null })).toEqual(["b.png"]);
});

test.each(["View", "otherColumns", "toString"])("refuses %s, which is no field", (field) => {
  const run = () => filterRecords(records, { [field]: "x" } as RecordFilter);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "filter", value: field }));
});

test("refuses a value that is undefined, which would match nothing", () => {
  const run = () => filterRecords(records, { view: undefined } as unknown as RecordFilter);
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter: "filter.view" }));
});

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
    const findings = ["COVID-19", "COVID-19, ARDS", "ARDS", "No Finding", "SARS, ARDS"];
    expect(labels(findings, STUDY_FINDINGS)).toEqual([
      ["COVID-19", 1],
      ["COVID-19, ARDS", 1],
      ["ARDS", 0],
      ["No Finding", 0],
      ["SARS, ARDS", 0],
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
      labels(findings, { positive: [token], negative: "all-others" }).flatMap(([f, l]) => (l ? [f] : []));
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
    expectInvalid(
      () => labels(["COVID-19", "SARS", finding], { positive: ["COVID-19"], negative: "all-others" }),
      {
        parameter: "groups",
        value: finding,
      },
    );
  });

  test("with a list of negatives every finding must be in a group", () => {
    const groups = { positive: ["COVID-19"], negative: ["SARS"] };
    expectInvalid(() => labels(["COVID-19", "SARS", "Klebsiella"], groups), { value: "Klebsiella" });
  });

  test("the one other finding is negative; of several none is, unless the groups say so", () => {
    expect(labels(["covid", "normal"], { positive: ["covid"] }).map(([, label]) => label)).toEqual([1, 0]);
    const three = ["covid", "normal", "normal", "pneumonia"];
    const run = () => labels(three, { positive: ["covid"] });
    expectInvalid(run, { parameter: "groups", value: "normal" });
    expect(run).toThrow(/"normal" \(2\), "pneumonia" \(1\).*negative: "all-others"/);
    const all = labels(three, { positive: ["covid"], negative: "all-others" });
    expect(all.map(([, label]) => label)).toEqual([1, 0, 0, 0]);
  });

  test.each([
    ["nan", "no diagnosis"],
    ["N/A", "no diagnosis"],
    ["unknown", "no diagnosis"],
    ["-", "no diagnosis"],
    ["?", "no diagnosis"],
    ["NULL", "no diagnosis"],
    ["\u200b", "no diagnosis"],
    ["COVID", "spelt like"],
    ["Covid ", "spelt like"],
    ["co-vid", "spelt like"],
    ["co_vid", "spelt like"],
    ["covid\u200b", "spelt like"],
    ["\uff43\uff4f\uff56\uff49\uff44", "spelt like"],
    ["covid-19", "spelt like"],
    ["NORM\u00c1L", undefined],
    ["-1.0", "uncertain"],
    ["probable covid", "uncertain"],
    ["covid?", "uncertain"],
    ["covid|effusion", "names"],
    ["effusion;covid", "names"],
    ["effusion, Covid", "names"],
    ["covid positive", "names"],
    ["positive", "positive of what"],
    ["not covid", undefined],
    ["covid negative", undefined],
    ["effusion|mass", undefined],
  ])("%j beside covid and normal: %s", (finding, doubt) => {
    const findings = ["covid", "normal", finding, finding];
    const groups = { positive: ["covid"], negative: "all-others" } as const;
    if (doubt === undefined) expect(labels(findings, groups).at(-1)?.[1]).toBe(0);
    else {
      expectInvalid(() => labels(findings, groups), { parameter: "groups", value: finding });
      expect(() => labels(findings, groups)).toThrow(`${JSON.stringify(finding)} (2: ${doubt}`);
      // Whoever names it has said what it is.
      expect(labels(findings, { positive: ["covid"], negative: ["normal", finding] })).toHaveLength(4);
      expect(
        labels(findings, { positive: ["covid"], negative: ["normal"], excluded: [finding] }),
      ).toHaveLength(2);
    }
  });

  test("numbers that are equal are one label", () => {
    for (const other of ["1.0", "01", "1,0", "+1"]) {
      expectInvalid(() => labels(["1", "0", other], { positive: ["1"], negative: "all-others" }), {
        value: other,
      });
    }
    expectInvalid(() => labels(["1", "1.0"], { positive: ["1"] }), { value: "1.0" });
    expect(labels(["1.0", "0.0"], { positive: ["1.0"] }).map(([, label]) => label)).toEqual([1, 0]);
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
