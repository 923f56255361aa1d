import { expect, test } from "@jest/globals";
import { findLeakage } from "./leakage.js";
import { normalPatientId, similarPatientIds } from "./patient-id.js";

test.each([
  ["7.0", "7"],
  ["hospital:7.00", "hospital:7"],
  [" 7 ", "7"],
  ["p\u200b7", "p7"],
  ["\uff17", "7"],
  ["u\u0308", "\u00fc"],
  ["a  b\u00a0c", "a b c"],
  ["007", "007"],
  ["7.5", "7.5"],
  ["v1.0.0", "v1.0.0"],
])("%j is compared as %j", (id, normal) => expect(normalPatientId(id)).toBe(normal));

test("a patient of two spellings is a leak", () => {
  const split = {
    train: [{ path: "a.png", patientId: "7" }],
    test: [{ path: "b.png", patientId: "7.0" }],
  };
  expect(findLeakage(split)).toMatchObject([{ kind: "patient", name: "7", images: [{}, {}] }]);
});

test("a file of two spellings is a leak", () => {
  const split = {
    train: [{ path: "x/../a.png", patientId: null }],
    test: [{ path: "./a.png", patientId: null }],
  };
  expect(findLeakage(split)).toMatchObject([{ kind: "file" }]);
  expect(findLeakage({ ...split, test: [{ path: "/a.png", patientId: null }] })).toEqual([]);
});

test("ids that differ only by case, leading zeros or decoration are named, those of two sources never", () => {
  const ids = [
    "h:7",
    "h:007",
    "h:P-7",
    "h:patient 7",
    "h:8",
    "k:7",
    "h:ab1",
    "h:AB-1",
    "h:IM-0115",
    "h:NORMAL2-IM-0115",
  ];
  expect(similarPatientIds(ids)).toEqual([
    ["h:7", "h:007", "h:P-7", "h:patient 7"],
    ["h:ab1", "h:AB-1"],
  ]);
});
