import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { filterRecords, groupFindings } from "../records/labels.js";
import { RandomState } from "../splits/random-state.js";
import { STUDY_FINDINGS } from "../study/constants.js";
import { balance, studyFlow } from "../study/study-cohort.js";
import { record } from "../testing/rows.js";
import { type CohortSteps, cohortFlow, type FlowStep } from "./cohort-flow.js";
import { type CohortRow, STATUSES } from "./cohort-row.js";

const FILTER = { modality: "X-ray", view: "PA" } as const;

const total = (changes: FlowStep["added"]): number => changes.reduce((sum, { count }) => sum + count, 0);

/** Each step's `kept`, as the step before and the step's changes give it. */
function keptByChanges(steps: readonly FlowStep[]): number[] {
  return steps.map(({ added, excluded, kept }, i) =>
    i === 0 ? kept : steps[i - 1]!.kept + total(added) - total(excluded),
  );
}

/** A small study: 9 records, of which 4 are selected, 3 labelled, balanced by 1 normal. */
function smallStudy(statuses: readonly CohortRow["status"][] = []): CohortSteps {
  const records = [
    record({ filename: "a.png", finding: "COVID-19" }),
    record({ filename: "b.png", finding: "COVID-19, ARDS" }),
    record({ filename: "c.png", finding: "SARS" }),
    record({ filename: "d.png", finding: "todo" }),
    record({ filename: "e.png", view: "AP" }),
    record({ filename: "f.png", view: "AP" }),
    record({ filename: "g.png", view: "" }),
    record({ filename: "h.png", modality: "CT", view: "Axial" }),
    record({ filename: "i.png", modality: "CT", view: "PA" }),
  ];
  const labelled = groupFindings(filterRecords(records, FILTER), STUDY_FINDINGS);
  const rows = balance(labelled, ["IM-0115-0001.jpeg"], new RandomState(0));
  return {
    records,
    filter: FILTER,
    labelled,
    rows: rows.map((row, i) => ({ ...row, status: statuses[i] ?? row.status })),
  };
}

describe("cohortFlow", () => {
  test("names each step, its classes, and why items came and went", () => {
    expect(studyFlow(smallStudy(["missing", "used", "duplicate", "used"]))).toEqual([
      {
        name: "records in the metadata",
        kept: 9,
        positive: null,
        negative: null,
        added: [],
        excluded: [],
      },
      {
        name: "with modality X-ray and view PA",
        kept: 4,
        positive: null,
        negative: null,
        added: [],
        excluded: [
          { count: 2, reason: "modality is CT" },
          { count: 2, reason: "view is AP" },
          { count: 1, reason: "view is blank" },
        ],
      },
      {
        name: "labelled by their finding",
        kept: 3,
        positive: 2,
        negative: 1,
        added: [],
        excluded: [{ count: 1, reason: "finding is todo" }],
      },
      {
        name: "in the cohort",
        kept: 4,
        positive: 2,
        negative: 2,
        added: [{ count: 1, reason: "normal radiographs drawn with replacement from chest-xray-pneumonia" }],
        excluded: [],
      },
      {
        name: "used",
        kept: 2,
        positive: 1,
        negative: 1,
        added: [],
        excluded: [
          { count: 1, reason: "the file is missing" },
          { count: 1, reason: "the file, or a copy of its image, is already in the split" },
        ],
      },
    ]);
  });

  test("of many reasons the rarest are summed up", () => {
    const views = ["AP", "AP", "AP", "L", "L", "LL", "PA", "RL", "Axial", "Coronal", "Oblique", "Oblique"];
    const records = views.map((view, i) => record({ filename: `${i}.png`, view }));
    const labelled = filterRecords(records, FILTER).map((each) => ({ record: each, label: 1 as const }));
    const [, selected] = cohortFlow({ records, filter: FILTER, labelled, rows: [] });
    expect(selected!.excluded).toEqual([
      { count: 3, reason: "view is AP" },
      { count: 2, reason: "view is L" },
      { count: 2, reason: "view is Oblique" },
      { count: 1, reason: "view is Axial" },
      { count: 1, reason: "view is Coronal" },
      { count: 2, reason: "other" },
    ]);
  });

  test("a filter of several values is named by them, one of none is no step", () => {
    const study = smallStudy();
    const name = (filter: CohortSteps["filter"]) => studyFlow({ ...study, filter })[1]!.name;
    expect(name({ view: ["PA", "AP"], age: null })).toBe("with view PA or AP and age unknown");
    expect(name({})).toBe("labelled by their finding");
  });

  test("records that the cohort leaves out, and rows from elsewhere", () => {
    const study = smallStudy();
    const [first, ...others] = study.rows;
    const elsewhere = { ...first!, path: "own/z.png", filename: "z.png", source: "own" };
    const step = studyFlow({ ...study, rows: [...others, elsewhere] }).find(
      ({ name }) => name === "in the cohort",
    );
    expect(step).toMatchObject({
      kept: 4,
      added: [
        { count: 1, reason: "from own" },
        { count: 1, reason: "normal radiographs drawn with replacement from chest-xray-pneumonia" },
      ],
      excluded: [{ count: 1, reason: "not taken into the cohort" }],
    });
  });

  test("no item is lost or made between two steps, whatever the study", () => {
    const aRecord = fc.record({
      modality: fc.constantFrom("X-ray", "CT", ""),
      view: fc.constantFrom("PA", "AP", "AP Supine", "L", "LL", "Axial", "Coronal", ""),
      finding: fc.constantFrom("COVID-19", "COVID-19, ARDS", "SARS", "Pneumonia/Viral", "todo", "Unknown"),
    });
    // One of each class is always selected, since a study without one is refused.
    const records = fc
      .array(aRecord, { maxLength: 60 })
      .map((changes) =>
        [{ finding: "COVID-19" }, { finding: "SARS" }, ...changes].map((change, i) =>
          record({ ...change, filename: `${i}.png` }),
        ),
      );
    const statuses = fc.array(fc.constantFrom(...STATUSES), { minLength: 62, maxLength: 62 });
    const positions = fc.array(fc.nat(200), { maxLength: 80 });
    fc.assert(
      fc.property(records, statuses, positions, (all, status, taken) => {
        const labelled = groupFindings(filterRecords(all, FILTER), STUDY_FINDINGS);
        const balanced = balance(
          labelled.filter(({ label }) => label === 1),
          ["IM-0115-0001.jpeg", "IM-0117-0001.jpeg"],
          new RandomState(1),
        );
        // Any rows at all: some twice, some not at all.
        const rows = taken.map((position, i) => ({
          ...balanced[position % balanced.length]!,
          status: status[i % status.length]!,
        }));
        const steps = studyFlow({ records: all, filter: FILTER, labelled, rows });
        expect(steps.map(({ kept }) => kept)).toEqual(keptByChanges(steps));
        expect(steps.map(({ kept }) => kept)).toEqual([
          all.length,
          filterRecords(all, FILTER).length,
          labelled.length,
          rows.length,
          rows.filter((row) => row.status === "used").length,
        ]);
        for (const { positive, negative, kept } of steps.slice(2)) expect(positive! + negative!).toBe(kept);
        for (const { added, excluded } of steps) {
          for (const changes of [added, excluded]) {
            expect(changes.length).toBeLessThanOrEqual(6);
            expect(changes.every(({ count }) => count >= 1)).toBe(true);
          }
        }
      }),
    );
  });

  test.each([
    ["from elsewhere", ({ labelled }: CohortSteps) => [...labelled, { record: record(), label: 1 as const }]],
    ["twice", ({ labelled }: CohortSteps) => [...labelled, labelled[0]!]],
  ])("refuses a labelled record that comes %s", (_, change) => {
    const study = smallStudy();
    const run = () => cohortFlow({ ...study, labelled: change(study) });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter: "labelled", value: "a.png" }));
  });

  test("refuses a filter on no field", () => {
    const run = () =>
      cohortFlow({ ...smallStudy(), filter: { View: "PA" } as unknown as CohortSteps["filter"] });
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter: "filter", value: "View" }));
  });
});
