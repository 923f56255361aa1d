import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { record } from "../testing/record.js";
import { filterRecords, type RecordFilter } from "./filter-records.js";

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
