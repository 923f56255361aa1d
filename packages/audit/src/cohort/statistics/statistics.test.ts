import { createRng, type Rng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../../fixtures/cohort.json";
import { bandOf, quartileBands } from "../checks/check-attributes.js";
import { holm } from "./holm.js";
import { labelEntropy, mutualInformation } from "./mutual-information.js";
import { PERMUTATIONS, type PermutationData, permutationTest } from "./permutation-test.js";

const asLabels = (labels: readonly number[]) => labels.map((label) => label as 0 | 1);

function countsOf(values: readonly number[], labels: readonly number[]) {
  return [...new Set(values)].map((value) => {
    const own = labels.filter((_, i) => values[i] === value);
    const positive = own.filter((label) => label === 1).length;
    return { negative: own.length - positive, positive };
  });
}

const counts = fc.array(fc.record({ negative: fc.nat(30), positive: fc.nat(30) }), {
  minLength: 1,
  maxLength: 5,
});

describe("mutualInformation", () => {
  test.each(golden.associations)("$name: scikit-learn's", ({ values, labels, bits, entropy }) => {
    expect(mutualInformation(countsOf(values, labels))).toBeCloseTo(bits, 12);
    const positive = labels.filter((label) => label === 1).length;
    expect(labelEntropy({ negative: labels.length - positive, positive })).toBeCloseTo(entropy, 12);
  });

  test("lies between 0 and the entropy of the class, and merging values never adds any", () => {
    fc.assert(
      fc.property(counts, (values) => {
        const sums = values.reduce((a, b) => ({
          negative: a.negative + b.negative,
          positive: a.positive + b.positive,
        }));
        fc.pre(sums.negative + sums.positive > 0);
        const bits = mutualInformation(values);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(labelEntropy(sums) + 1e-12);
        const [first, second, ...rest] = values;
        if (second === undefined) return;
        const merged = {
          negative: first!.negative + second.negative,
          positive: first!.positive + second.positive,
        };
        expect(mutualInformation([merged, ...rest])).toBeLessThanOrEqual(bits + 1e-12);
      }),
    );
  });

  test("of nothing is undefined", () => {
    expect(mutualInformation([])).toBeNaN();
    expect(labelEntropy({ negative: 0, positive: 0 })).toBeNaN();
  });
});

describe("permutationTest", () => {
  const run = (data: Omit<PermutationData, "seed" | "purpose" | "labels"> & { labels: number[] }, seed = 1) =>
    permutationTest({ ...data, labels: asLabels(data.labels), seed, purpose: "test" });

  test.each(golden.permutations)(
    "$name: all $orders ways to deal counted",
    ({ values, labels, patients, ...exact }) => {
      const draws = 20_000;
      const { share, pValue, shareByChance } = run({ values, labels, patients, draws });
      expect(share).toBeCloseTo(exact.share, 12);
      // Five standard errors of a share of draws.
      const margin = 5 * Math.sqrt((exact.p * (1 - exact.p)) / draws) + 1 / draws;
      expect(Math.abs(pValue - exact.p)).toBeLessThanOrEqual(margin);
      expect(Math.abs(shareByChance - exact.chance)).toBeLessThan(0.015);
    },
  );

  test("images that are dealt singly, though they are of few patients, look far more telling than they are", () => {
    const values = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    const patients = values.map((_, i) => `${Math.floor(i / 3)}`);
    const asBlocks = run({ values, labels: values, patients });
    const singly = run({ values, labels: values, patients: values.map((_, i) => `${i}`) });
    expect(asBlocks.pValue).toBeGreaterThan(0.25);
    expect(singly.pValue).toBeLessThan(0.01);
  });

  test("finds a label that goes with the number of images, too", () => {
    // 60 negative patients of one image from b, 60 positive ones of two from a.
    const patients = Array.from({ length: 180 }, (_, i) => `${i < 60 ? i : 60 + Math.floor((i - 60) / 2)}`);
    const labels = patients.map((patient) => (Number(patient) < 60 ? 0 : 1));
    const { share, pValue, shareByChance } = run({ values: labels, labels, patients });
    expect(share).toBeCloseTo(1, 12);
    expect(pValue).toBe(1 / 2001);
    expect(shareByChance).toBeLessThan(0.05);
  });

  test("patients of both classes hand on their classes among themselves", () => {
    // Two single images that are alike, and three patients of two whose first image is the positive one of value 1.
    const patients = ["a", "b", "c", "c", "d", "d", "e", "e"];
    const values = [0, 0, 1, 0, 1, 0, 1, 0];
    const always = run({ values, labels: [0, 1, 1, 0, 1, 0, 1, 0], patients });
    expect(always.pValue).toBe(1);
    expect(always.shareByChance).toBeCloseTo(always.share, 12);
    const turned = run({ values, labels: [0, 1, 1, 0, 1, 0, 0, 1], patients });
    expect(turned.pValue).toBe(1);
    expect(turned.shareByChance).toBeCloseTo(turned.share, 12);
    const single = run({
      values,
      labels: [0, 1, 1, 0, 1, 0, 1, 0],
      patients: patients.map((_, i) => `${i}`),
    });
    expect(single.pValue).toBeLessThan(1);
  });

  describe("rejects as often as it says where attribute and class are independent", () => {
    const COHORTS = 400;
    const LEVEL = 0.1;
    // Five standard errors of a share of cohorts.
    const margin = 5 * Math.sqrt((LEVEL * (1 - LEVEL)) / COHORTS);
    /** Share of cohorts of 40 patients whose p-value lies at the level or below. */
    const rejected = (
      imagesOf: (label: number, rng: Rng) => number,
      { byPatient, asBlocks = true }: { readonly byPatient: boolean; readonly asBlocks?: boolean },
    ): number => {
      let count = 0;
      for (let cohort = 0; cohort < COHORTS; cohort++) {
        const rng = createRng(9, { purpose: "null cohorts", index: cohort });
        const images = Array.from({ length: 40 }, (_, patient) => {
          const label = patient % 2;
          const value = rng.integer(2);
          return Array.from({ length: imagesOf(label, rng) }, (_, image) => ({
            value: byPatient ? value : rng.integer(2),
            label,
            patient: asBlocks ? `${patient}` : `${patient} ${image}`,
          }));
        }).flat();
        const { pValue } = run(
          {
            values: images.map(({ value }) => value),
            labels: images.map(({ label }) => label),
            patients: images.map(({ patient }) => patient),
            draws: 99,
          },
          cohort,
        );
        if (pValue <= LEVEL) count++;
      }
      return count / COHORTS;
    };
    const oneToFive = (_: number, rng: Rng): number => 1 + rng.integer(5);

    test.each([true, false])("with one to five images each; one value a patient: %p", (byPatient) => {
      expect(Math.abs(rejected(oneToFive, { byPatient }) - LEVEL)).toBeLessThan(margin);
    });

    test.each([
      ["positive patients with five images", (label: number) => (label === 1 ? 5 : 1)],
      ["negative patients with six", (label: number) => (label === 0 ? 6 : 1)],
    ])("with %s, not too often", (_, imagesOf) => {
      for (const byPatient of [true, false]) {
        expect(rejected(imagesOf, { byPatient })).toBeLessThan(LEVEL + margin);
      }
    });

    test("which images dealt singly would not", () => {
      expect(rejected(oneToFive, { byPatient: true, asBlocks: false })).toBeGreaterThan(3 * LEVEL);
    });
  });

  test("undefined with one class or no image; without anything to say with one value", () => {
    const oneClass = run({ values: [0, 1, 1], labels: [1, 1, 1], patients: ["a", "b", "c"] });
    expect(oneClass).toEqual({
      counts: [
        { negative: 0, positive: 1 },
        { negative: 0, positive: 2 },
      ],
      mutualInformation: 0,
      share: Number.NaN,
      shareByChance: Number.NaN,
      pValue: Number.NaN,
    });
    expect(run({ values: [], labels: [], patients: [] })).toMatchObject({
      mutualInformation: Number.NaN,
      pValue: Number.NaN,
    });
    const oneValue = run({ values: [0, 0, 0], labels: [0, 1, 1], patients: ["a", "b", "c"] });
    expect(oneValue).toMatchObject({ mutualInformation: 0, share: 0, shareByChance: 0, pValue: 1 });
  });

  test("one seed, one result; another seed, other draws; names of patients play no part", () => {
    const data = {
      values: Array.from({ length: 60 }, (_, i) => (i * 7) % 3),
      labels: Array.from({ length: 60 }, (_, i) => (i * i) % 2),
      patients: Array.from({ length: 60 }, (_, i) => `${Math.floor(i / (1 + (i % 3)))}`),
      draws: 500,
    };
    expect(run(data)).toEqual(run(data));
    expect(run(data).shareByChance).not.toBe(run(data, 2).shareByChance);
    const renamed = data.patients.map((patient) => `patient ${patient}`);
    expect(run({ ...data, patients: renamed })).toEqual(run(data));
  });

  test("the p-value of classes dealt by chance is not too small", () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ value: fc.nat(2), label: fc.nat(1) }), { minLength: 4, maxLength: 12 }),
        (images) => {
          const { pValue, share, shareByChance } = run({
            values: images.map(({ value }) => value),
            labels: images.map(({ label }) => label),
            patients: images.map((_, i) => `${Math.floor(i / 2)}`),
            draws: 50,
          });
          if (Number.isNaN(share)) return;
          expect(pValue).toBeGreaterThanOrEqual(1 / 51);
          expect(pValue).toBeLessThanOrEqual(1);
          expect(shareByChance).toBeGreaterThanOrEqual(0);
          expect(shareByChance).toBeLessThanOrEqual(1 + 1e-12);
        },
      ),
    );
    expect(PERMUTATIONS).toBe(2000);
  });
});

describe("holm", () => {
  test.each(golden.holm)("statsmodels' for $p", ({ p, adjusted }) => {
    for (const [i, value] of holm(p).entries()) expect(value).toBeCloseTo(adjusted[i]!, 12);
  });

  test("tests that were not made count for nothing", () => {
    expect(holm([0.01, Number.NaN, 0.04])).toEqual([0.02, Number.NaN, 0.04]);
    expect(holm([])).toEqual([]);
  });

  test("keeps the order of p-values, and lowers none", () => {
    const pValue = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(pValue), (pValues) => {
        const adjusted = holm(pValues);
        for (const [i, a] of pValues.entries()) {
          expect(adjusted[i]).toBeGreaterThanOrEqual(a);
          expect(adjusted[i]).toBeLessThanOrEqual(1);
          for (const [j, b] of pValues.entries())
            if (a <= b) expect(adjusted[i]!).toBeLessThanOrEqual(adjusted[j]!);
        }
      }),
    );
  });
});

describe("quartileBands", () => {
  test.each(golden.quartiles)("NumPy's quartiles", ({ values, quartiles }) => {
    expect(quartileBands(values, "").limits).toEqual(quartiles);
  });

  test("names its bands in words", () => {
    expect(quartileBands([1, 2, 3, 4], "megapixels").names).toEqual([
      "up to 1 megapixels",
      "1 to 2 megapixels",
      "2 to 3 megapixels",
      "above 3 megapixels",
    ]);
    expect(quartileBands([5, 5, 5], "")).toEqual({ limits: [], names: ["any"] });
    expect(quartileBands([], "").names).toEqual(["any"]);
    expect(quartileBands([1, 1, 1, 9], "").names).toEqual(["up to 1", "above 1"]);
    expect(quartileBands([1.00001, 1.00002, 1.00003, 2], "").names[1]).toBe("1.00001 to 1.00002");
  });

  test("every value is in the one band whose limits hold it, and no name is given twice", () => {
    const value = fc.double({ min: 0.001, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        const bands = quartileBands(values, "");
        expect(new Set(bands.names).size).toBe(bands.names.length);
        for (const each of values) {
          const band = bands.names.indexOf(bandOf(each, bands));
          if (band > 0) expect(each).toBeGreaterThan(bands.limits[band - 1]!);
          if (band < bands.limits.length) expect(each).toBeLessThanOrEqual(bands.limits[band]!);
        }
        // No band of distinct values is empty.
        expect(new Set(values.map((each) => bandOf(each, bands))).size).toBe(bands.names.length);
      }),
    );
  });
});
