import { createRng, InvalidArgumentError, type Rng } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/association.json";
import { entropyOf, informationOf, mutualInformation, permutationTest } from "./permutation-test.js";

const counts = fc.array(fc.record({ negative: fc.nat(30), positive: fc.nat(30) }), {
  minLength: 1,
  maxLength: 5,
});

describe("mutualInformation", () => {
  test.each(golden.associations)("$name: scikit-learn's", ({ values, labels, bits, entropy }) => {
    expect(mutualInformation(labels, values)).toBeCloseTo(bits, 12);
    expect(mutualInformation(labels, labels)).toBeCloseTo(entropy, 12);
  });

  test("lies between 0 and the entropy of the class, and merging values never adds any", () => {
    fc.assert(
      fc.property(counts, (values) => {
        const sums = values.reduce((a, b) => ({
          negative: a.negative + b.negative,
          positive: a.positive + b.positive,
        }));
        fc.pre(sums.negative + sums.positive > 0);
        const bits = informationOf(values);
        expect(bits).toBeGreaterThanOrEqual(0);
        expect(bits).toBeLessThanOrEqual(entropyOf(sums) + 1e-12);
        const [first, second, ...rest] = values;
        if (second === undefined) return;
        const merged = {
          negative: first!.negative + second.negative,
          positive: first!.positive + second.positive,
        };
        expect(informationOf([merged, ...rest])).toBeLessThanOrEqual(bits + 1e-12);
      }),
    );
  });

  test("of nothing is undefined", () => {
    expect(mutualInformation([], [])).toBeNaN();
    expect(entropyOf({ negative: 0, positive: 0 })).toBeNaN();
  });
});

describe("permutationTest", () => {
  const run = (
    {
      values,
      labels,
      patients,
      draws,
    }: { values: number[]; labels: number[]; patients: string[]; draws?: number },
    seed = 1,
  ) => permutationTest(labels, values, { groups: patients, seed, ...(draws && { resamples: draws }) });

  test.each(golden.permutations)(
    "$name: all $orders permutations counted",
    ({ values, labels, patients, ...exact }) => {
      const draws = 5_000;
      const { share, pValue, shareByChance } = run({ values, labels, patients, draws });
      expect(share).toBeCloseTo(exact.share, 12);
      // Five standard errors of a share of draws.
      const margin = 5 * Math.sqrt((exact.p * (1 - exact.p)) / draws) + 1 / draws;
      expect(Math.abs(pValue - exact.p)).toBeLessThanOrEqual(margin);
      expect(Math.abs(shareByChance - exact.chance)).toBeLessThan(0.015);
    },
  );

  test("images permuted singly, though they are of few patients, look far more informative than they are", () => {
    const values = [0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    const patients = values.map((_, i) => `${Math.floor(i / 3)}`);
    const asBlocks = run({ values, labels: values, patients });
    const singly = run({ values, labels: values, patients: values.map((_, i) => `${i}`) });
    expect(asBlocks.pValue).toBeGreaterThan(0.25);
    expect(singly.pValue).toBeLessThan(0.01);
  });

  test("finds a label that depends on the number of images, too", () => {
    // 60 negative patients of one image from b, 60 positive ones of two from a.
    const patients = Array.from({ length: 180 }, (_, i) => `${i < 60 ? i : 60 + Math.floor((i - 60) / 2)}`);
    const labels = patients.map((patient) => (Number(patient) < 60 ? 0 : 1));
    const { share, pValue, shareByChance } = run({ values: labels, labels, patients });
    expect(share).toBeCloseTo(1, 12);
    expect(pValue).toBe(1 / 2001);
    expect(shareByChance).toBeLessThan(0.05);
  });

  test("patients of both classes pass on their classes among themselves", () => {
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
    const COHORTS = 200;
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

    test("which images permuted singly would not", () => {
      expect(rejected(oneToFive, { byPatient: true, asBlocks: false })).toBeGreaterThan(3 * LEVEL);
    });
  });

  test("undefined with one class or no image; no information in one value", () => {
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

  test("one seed, one result; another seed, other draws; names of patients do not matter", () => {
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

  test("the p-value of permuted classes is not too small", () => {
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
  });

  test("samples without groups are permuted singly, 2,000 times", () => {
    const [labels, values] = [
      [0, 0, 0, 1, 1, 1, 0, 1],
      [0, 0, 1, 1, 1, 1, 0, 0],
    ];
    const alone = permutationTest(labels, values, { seed: 3 });
    const groups = labels.map((_, i) => `patient ${i}`);
    expect(permutationTest(labels, values, { seed: 3, groups, resamples: 2000 })).toEqual(alone);
    expect(permutationTest(labels, values, { seed: 3, purpose: "another" }).pValue).not.toBe(alone.pValue);
  });

  test.each([
    ["values", [0, 1], [0], {}],
    ["truth", [0, 2], [0, 1], {}],
    ["values", [0, 1], [0, -1], {}],
    ["groups", [0, 1], [0, 1], { groups: ["a"] }],
    ["resamples", [0, 1], [0, 1], { resamples: 0 }],
  ])("refuses wrong %s", (parameter, truth, values, options) => {
    const act = () => permutationTest(truth, values, { seed: 0, ...options });
    expect(act).toThrow(InvalidArgumentError);
    expect(act).toThrow(expect.objectContaining({ parameter }));
  });
});
