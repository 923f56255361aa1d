import type { CohortRow } from "@covidxr/dataset";
import { expect, test } from "@jest/globals";
import { describeDataset } from "./describe-dataset.js";

const row = (source: string, status: CohortRow["status"] = "used") => ({ source, status }) as CohortRow;
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

test("synthetic images say so, whatever folder they stand in", () => {
  expect(new Set(describeDataset(ROWS, true).map(({ licence }) => licence))).toEqual(new Set(["synthetic"]));
});
