import { expect, test } from "@jest/globals";
import { patientKey } from "./patient-key.js";

test("rows of a patient share a key; without a patient, rows of a file do", () => {
  expect(patientKey({ patientId: "7", path: "a.png" })).toBe(patientKey({ patientId: "7", path: "b.png" }));
  expect(patientKey({ patientId: null, path: "a.png" })).toBe(patientKey({ patientId: null, path: "a.png" }));
  expect(patientKey({ patientId: "a.png", path: "b.png" })).not.toBe(
    patientKey({ patientId: null, path: "a.png" }),
  );
});
