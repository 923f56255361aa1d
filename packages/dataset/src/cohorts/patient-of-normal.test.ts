import { expect, test } from "@jest/globals";
import { patientOfNormal } from "./patient-of-normal.js";

test.each([
  ["IM-0115-0001.jpeg", "chest-xray-pneumonia:IM-0115"],
  ["IM-0115-0001-0002.jpeg", "chest-xray-pneumonia:IM-0115"],
  ["NORMAL2-IM-0115-0001.jpeg", "chest-xray-pneumonia:NORMAL2-IM-0115"],
  ["person12_bacteria_3.jpeg", "chest-xray-pneumonia:person12"],
  ["person1_virus_6.jpeg", "chest-xray-pneumonia:person1"],
  ["person12.jpeg", "chest-xray-pneumonia:person12"],
])("%s belongs to %s", (filename, patient) => {
  expect(patientOfNormal(filename)).toBe(patient);
});

test.each(["a.jpeg", "IM-.jpeg", "persona_1.jpeg", "xIM-0115-0001.jpeg", "person12x.jpeg"])(
  "%s tells nothing",
  (name) => {
    expect(patientOfNormal(name)).toBeNull();
  },
);
