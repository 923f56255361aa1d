import type { CohortRow } from "@covidxr/dataset";
import { expect, test } from "@jest/globals";
import { describeDataset } from "./published.js";

const row = (source: string, status: CohortRow["status"] = "used", license: string | null = null) =>
  ({ source, status, license }) as CohortRow;
const ROWS = [
  row("covid-chestxray-dataset"),
  row("chest-xray-pneumonia"),
  row("covid-chestxray-dataset", "missing"),
  row("own"),
];

test("counts rows of each source and names its licence where it is known", () => {
  expect(describeDataset(ROWS, false)).toEqual([
    {
      source: "covid-chestxray-dataset",
      rows: 2,
      used: 1,
      licence: expect.stringContaining("metadata.csv"),
    },
    { source: "chest-xray-pneumonia", rows: 1, used: 1, licence: "CC BY 4.0" },
    { source: "own", rows: 1, used: 1, licence: "unknown" },
  ]);
});

test("of another source, counts what its rows state", () => {
  const rows = [row("own"), row("own", "used", "CC BY 4.0"), row("own", "missing", "CC BY 4.0")];
  expect(describeDataset(rows, false)).toEqual([
    { source: "own", rows: 3, used: 2, licence: "CC BY 4.0 (2), not stated (1)" },
  ]);
});

test("synthetic images say so, whatever folder they stand in", () => {
  expect(new Set(describeDataset(ROWS, true).map(({ licence }) => licence))).toEqual(new Set(["synthetic"]));
});
