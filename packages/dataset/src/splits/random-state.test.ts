import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/split.json";
import { RandomState } from "./random-state.js";

const seeds = fc.integer({ min: 0, max: 2 ** 32 - 1 });

describe("RandomState equals NumPy", () => {
  test.each(golden.permutation)("permutation($length) of seed $seed", ({ seed, length, order }) => {
    expect(new RandomState(seed).permutation(length)).toEqual(order);
  });

  test("draws of seed 42 in order", () => {
    const expected = golden.draws_of_seed_42_in_order;
    const random = new RandomState(42);
    expect(random.randomSample(5)).toEqual(expected.random_sample);
    expect(random.randint(0, 1000, 8)).toEqual(expected.randint_0_1000);
    expect(random.choice(100, 8)).toEqual(expected.choice_replace_100);
    expectCloseNormals(random.standardNormal(4), expected.standard_normal);
  });

  test("draws of seed 5 in order: bounds at the edges, the spare normal, past several refills", () => {
    const expected = golden.draws_of_seed_5_in_order;
    const random = new RandomState(5);
    expect(random.randint(-3, 4, 12)).toEqual(expected.randint_minus_3_4);
    expect(random.randint(5, 6, 3)).toEqual(expected.randint_5_6);
    expect(random.randint(0, 2 ** 32, 4)).toEqual(expected.randint_0_2_32);
    expect(random.randint(0, 2 ** 31 + 1, 4)).toEqual(expected.randint_0_2_31_plus_1);
    expectCloseNormals(random.standardNormal(3), expected.three_normals);
    expect(random.choice(20, 10, { replace: false })).toEqual(expected.choice_10_of_20);
    expectCloseNormals([random.standardNormal(), random.standardNormal()], expected.spare_normal_and_next);
    const letters = [..."abcdefgh"];
    random.shuffle(letters);
    expect(letters).toEqual(expected.shuffled);
    random.randomSample(5000);
    expect(random.randomSample()).toBe(expected.after_5000);
  });
});

/** NumPy takes the logarithm from the C library; V8 has its own, which may differ in the last bit. */
function expectCloseNormals(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of actual.entries()) expect(value).toBeCloseTo(expected[i]!, 14);
}

describe("RandomState keeps its promises for any seed", () => {
  test("permutation and shuffle hold every value once and leave the input alone", () => {
    fc.assert(
      fc.property(seeds, fc.array(fc.nat()), (seed, values) => {
        const kept = [...values];
        const shuffled = new RandomState(seed).permutation(values);
        expect(values).toEqual(kept);
        expect(shuffled.sort((a, b) => a - b)).toEqual(kept.sort((a, b) => a - b));
      }),
    );
  });

  test("randint stays in its range, randomSample in [0, 1)", () => {
    fc.assert(
      fc.property(seeds, fc.integer(), fc.integer({ min: 1, max: 2 ** 32 }), (seed, low, width) => {
        const random = new RandomState(seed);
        for (const value of random.randint(low, low + width, 20)) {
          expect(Number.isInteger(value) && value >= low && value < low + width).toBe(true);
        }
        for (const value of random.randomSample(20)) expect(value >= 0 && value < 1).toBe(true);
      }),
    );
  });

  test("choice without replacement repeats nothing", () => {
    fc.assert(
      fc.property(seeds, fc.integer({ min: 1, max: 200 }), fc.nat(200), (seed, population, wanted) => {
        const size = Math.min(wanted, population);
        const chosen = new RandomState(seed).choice(population, size, { replace: false });
        expect(new Set(chosen).size).toBe(size);
        expect(chosen.every((value) => value >= 0 && value < population)).toBe(true);
      }),
    );
  });

  test("one at a time and many at once are one stream", () => {
    fc.assert(
      fc.property(seeds, fc.nat(9), (seed, size) => {
        const single = new RandomState(seed);
        const many = new RandomState(seed);
        expect(many.standardNormal(size)).toEqual(
          Array.from({ length: size }, () => single.standardNormal()),
        );
        expect(many.randint(0, 7, size)).toEqual(Array.from({ length: size }, () => single.randint(0, 7)));
      }),
    );
  });
});

test.each([-1, 2 ** 32, 1.5, Number.NaN])("seed %p is refused", (seed) => {
  expectInvalid(() => new RandomState(seed), "seed");
});

test("arguments out of range are refused by name", () => {
  const random = new RandomState(0);
  expectInvalid(() => random.randint(3, 3), "high");
  expectInvalid(() => random.randint(0.5, 3), "low");
  expectInvalid(() => random.randint(0, 2 ** 32 + 1), "high");
  expectInvalid(() => random.choice(0, 1), "population");
  expectInvalid(() => random.choice(3, 4, { replace: false }), "size");
  expectInvalid(() => random.permutation(-1), "length");
  expectInvalid(() => random.randomSample(-1), "size");
});

function expectInvalid(run: () => unknown, parameter: string): void {
  expect(run).toThrow(InvalidArgumentError);
  expect(run).toThrow(expect.objectContaining({ parameter }));
}
