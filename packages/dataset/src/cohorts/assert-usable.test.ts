import { EmptySelectionError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { cohortRow } from "../testing/cohort-row.js";
import { assertUsable } from "./assert-usable.js";
import type { CohortRow } from "./cohort-row.js";
import { summarizeSplits } from "./summarize-splits.js";

const rows: CohortRow[] = [
  cohortRow("a.png", { label: 1 }),
  cohortRow("b.png"),
  cohortRow("b.png", { status: "duplicate" }),
  cohortRow("c.png", { status: "missing" }),
  cohortRow("d.png", { split: "test" }),
  cohortRow("e.png", { split: "predict", label: 1 }),
  cohortRow("f.png", { split: null }),
];

test("summarizeSplits counts rows, files, statuses and classes", () => {
  const [train, held, predict] = summarizeSplits(rows);
  expect(train).toEqual({
    split: "train",
    rows: 4,
    files: 3,
    statuses: { used: 2, missing: 1, unreadable: 0, duplicate: 1 },
    used: { positive: 1, negative: 1 },
  });
  expect(held).toMatchObject({ split: "test", rows: 1, files: 1, used: { positive: 0, negative: 1 } });
  expect(predict).toMatchObject({ split: "predict", rows: 1, used: { positive: 1, negative: 0 } });
});

describe("assertUsable", () => {
  test("accepts a cohort with something to train, watch and predict", () => {
    expect(() => assertUsable(rows)).not.toThrow();
  });

  test.each([
    ["split train", "train", "a.png"],
    ["split train", "train", "b.png"],
    ["split test", "test", "d.png"],
    ["split predict", "predict", "e.png"],
  ] as const)("%s needs its only image of a kind (%s, %s)", (selection, split, path) => {
    const holed = rows.map((row) => (row.path === path ? { ...row, status: "missing" as const } : row));
    expect(() => assertUsable(holed)).toThrow(EmptySelectionError);
    expect(() => assertUsable(holed)).toThrow(expect.objectContaining({ selection }));
    expect(() => assertUsable(holed, [split])).toThrow(/missing/);
  });

  test("looks at the named splits only", () => {
    const train = rows.filter((row) => row.split === "train");
    expect(() => assertUsable(train, ["train"])).not.toThrow();
    expect(() => assertUsable(train)).toThrow(expect.objectContaining({ selection: "split test" }));
  });

  test("says how many rows were listed and missing", () => {
    const gone = rows.map((row) => ({ ...row, status: "missing" as const }));
    expect(() => assertUsable(gone)).toThrow(/split train: .*4 rows listed, 4 missing/);
  });
});
