import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { patientGroups } from "./patient-groups.js";

const rows = [
  { path: "a", patientId: "1" },
  { path: "b", patientId: "1" },
  { path: "c", patientId: "2" },
  { path: "d", patientId: null },
  { path: "d", patientId: null },
  { path: "e", patientId: "3" },
];
/** Position of each row's group among the groups. */
const numbers = (names: readonly string[]) => names.map((name) => [...new Set(names)].indexOf(name));

test("rows of a patient and of a file belong together, others do not", () => {
  expect(numbers(patientGroups(rows))).toEqual([0, 0, 1, 2, 2, 3]);
});

test("patients who share a picture do, too, also by a third one", () => {
  expect(numbers(patientGroups(rows, [{ first: "b", second: "c" }]))).toEqual([0, 0, 0, 1, 1, 2]);
  const chain = [
    { first: "a", second: "d" },
    { first: "d", second: "e" },
  ];
  expect(numbers(patientGroups(rows, chain))).toEqual([0, 0, 1, 0, 0, 0]);
});

test("a picture of no row is refused", () => {
  const attempt = () => patientGroups(rows, [{ first: "a", second: "elsewhere" }]);
  expect(attempt).toThrow(InvalidArgumentError);
  expect(attempt).toThrow(expect.objectContaining({ parameter: "copies", value: "elsewhere" }));
});
