import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { countPatients, dealFolds } from "./evaluate-probe.js";

test("patients of each label", () => {
  expect(countPatients([0, 0, 1, 1, 0], ["a", "a", "a", "b", "c"])).toEqual([2, 2]);
  expect(countPatients([], [])).toEqual([0, 0]);
});

describe("dealFolds", () => {
  const folds = (labels: readonly number[], patients: readonly string[], wanted = 5) => {
    const foldOf = dealFolds(labels, patients, { folds: wanted, seed: 1 });
    return foldOf === null ? null : new Set(foldOf).size;
  };

  test("makes as many as wanted, or as the rarer label has patients", () => {
    const labels = [0, 0, 0, 1, 1, 1, 1, 1, 1];
    const patients = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    expect([2, 3, 5].map((wanted) => folds(labels, patients, wanted))).toEqual([2, 3, 3]);
    expect(folds(labels, ["a", "b", "b", "d", "e", "f", "g", "h", "i"])).toBe(2);
    expect(folds(labels, ["a", "a", "a", "d", "e", "f", "g", "h", "i"])).toBeNull();
  });

  test("keeps patients whole, and every fit has both labels", () => {
    const image = fc.record({ label: fc.nat(1), patient: fc.constantFrom("a", "b", "c", "d", "e", "f") });
    fc.assert(
      fc.property(fc.array(image, { maxLength: 24 }), fc.nat(1000), (images, seed) => {
        const labels = images.map(({ label }) => label);
        const patients = images.map(({ patient }) => patient);
        const foldOf = dealFolds(labels, patients, { folds: 3, seed });
        if (foldOf === null) {
          expect(Math.min(...countPatients(labels, patients))).toBeLessThan(2);
          return;
        }
        expect(new Set(patients.map((patient, i) => `${patient} ${foldOf[i]}`)).size).toBe(
          new Set(patients).size,
        );
        for (const fold of foldOf) {
          expect(new Set(labels.filter((_, i) => foldOf[i] !== fold)).size).toBe(2);
        }
      }),
    );
  });
});
