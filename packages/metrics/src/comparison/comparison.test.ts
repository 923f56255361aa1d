import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { relativeError, statistics } from "../../fixtures/statistics.js";
import { fisherExactTest, type TwoByTwoTable } from "./fisher-exact-test.js";
import { mcnemarTest } from "./mcnemar-test.js";

const counts = fc.nat({ max: 40 });

/** Binomial coefficients, exact. */
function choose(n: number, k: number): bigint {
  let value = 1n;
  for (let i = 0; i < k; i++) value = (value * BigInt(n - i)) / BigInt(i + 1);
  return value;
}
const share = (part: bigint, whole: bigint) => Number((part * 10n ** 20n) / whole) / 1e20;

/** Two models of which one alone is right on so many samples. */
const signTest = (onlyA: number, onlyB: number) =>
  mcnemarTest(
    new Array(onlyA + onlyB).fill(0),
    Array.from({ length: onlyA + onlyB }, (_, i) => (i < onlyA ? 0 : 1)),
    Array.from({ length: onlyA + onlyB }, (_, i) => (i < onlyA ? 1 : 0)),
  ).pValue;

describe("mcnemarTest of discordant counts", () => {
  test.each(statistics.shared.mcnemar)("$b against $c: reference", ({ b, c, pValue }) => {
    expect(signTest(b, c)).toBeCloseTo(pValue, 14);
  });

  test("is the exact sum of binomial chances", () => {
    fc.assert(
      fc.property(counts, counts, (b, c) => {
        const trials = b + c;
        let tail = 0n;
        for (let k = 0; k <= Math.min(b, c); k++) tail += choose(trials, k);
        const expected = b === c ? 1 : Math.min(1, share(2n * tail, 2n ** BigInt(trials)));
        expect(signTest(b, c)).toBeCloseTo(expected, 13);
        expect(signTest(c, b)).toBe(signTest(b, c));
      }),
    );
  });

  test("keeps its digits in the far tail", () => {
    expect(relativeError(signTest(0, 400), 2 ** -399)).toBeLessThan(1e-12);
  });
});

describe("mcnemarTest", () => {
  test("counts what only one of the models predicts correctly, in any class", () => {
    const result = mcnemarTest([0, 1, 2, 2, 1, 0, 1], [0, 1, 2, 0, 0, 0, 0], [1, 0, 0, 2, 2, 0, 0]);
    expect(result).toEqual({ onlyA: 3, onlyB: 1, pValue: expect.closeTo(0.625, 14) });
  });

  test.each([
    { why: "the same predictions", predictionsB: [0, 1, 1] },
    { why: "as many correct on either side", predictionsB: [1, 0, 1] },
  ])("is 1 for $why", ({ predictionsB }) => {
    expect(mcnemarTest([0, 0, 1], [0, 1, 1], predictionsB).pValue).toBe(1);
  });

  test("is 1 without samples, with nothing counted", () => {
    expect(mcnemarTest([], [], [])).toEqual({
      onlyA: 0,
      onlyB: 0,
      pValue: 1,
    });
  });

  test.each([
    { change: { predictionsA: [1] }, parameter: "predictionsA", value: 1 },
    { change: { predictionsB: [1, 0, 1] }, parameter: "predictionsB", value: 3 },
    { change: { truth: [0.5, 1] }, parameter: "truth", value: 0.5 },
    { change: { predictionsA: [0.9, 1] }, parameter: "predictionsA", value: 0.9 },
    { change: { predictionsB: [0, -1] }, parameter: "predictionsB", value: -1 },
  ])("refuses $change", ({ change, parameter, value }) => {
    const { truth, predictionsA, predictionsB } = {
      ...{ truth: [0, 1], predictionsA: [0, 1], predictionsB: [1, 1] },
      ...change,
    };
    expect(() => mcnemarTest(truth, predictionsA, predictionsB)).toThrow(
      expect.objectContaining({ kind: "invalid-argument", parameter, value }),
    );
  });
});

describe("fisherExactTest", () => {
  test.each(statistics.fisher)("$table: SciPy", ({ table, pValue }) => {
    expect(relativeError(fisherExactTest(table).pValue, pValue)).toBeLessThan(1e-11);
  });

  test("is the exact sum over tables that are no more likely", () => {
    fc.assert(
      fc.property(counts, counts, counts, counts, (a, b, c, d) => {
        const ways = (upperLeft: number) => choose(a + b, upperLeft) * choose(c + d, a + c - upperLeft);
        let all = 0n;
        let extreme = 0n;
        for (let k = Math.max(0, a - d); k <= Math.min(a + b, a + c); k++) {
          all += ways(k);
          if (ways(k) <= ways(a)) extreme += ways(k);
        }
        expect(
          fisherExactTest([
            [a, b],
            [c, d],
          ]).pValue,
        ).toBeCloseTo(share(extreme, all), 12);
      }),
    );
  });

  test("does not change when rows, columns or both change places", () => {
    fc.assert(
      fc.property(counts, counts, counts, counts, (a, b, c, d) => {
        const { pValue } = fisherExactTest([
          [a, b],
          [c, d],
        ]);
        const others: TwoByTwoTable[] = [
          [
            [c, d],
            [a, b],
          ],
          [
            [b, a],
            [d, c],
          ],
          [
            [a, c],
            [b, d],
          ],
        ];
        for (const other of others) expect(fisherExactTest(other).pValue).toBeCloseTo(pValue, 12);
      }),
    );
  });

  test("finds the mirrored table of a large one as likely", () => {
    // Equal rows: each table has a twin, so that the two-sided value is twice the one-sided.
    const tables = fisherExactTest([
      [5200, 4800],
      [4800, 5200],
    ]).pValue;
    const lower = fisherExactTest([
      [4800, 5200],
      [5200, 4800],
    ]).pValue;
    expect(relativeError(tables, lower)).toBeLessThan(1e-12);
    // χ² with correction for continuity approximates it: 31.68, p 1.8e-8.
    expect(tables).toBeGreaterThan(1.6e-8);
    expect(tables).toBeLessThan(2e-8);
  });

  test.each([
    {
      table: [
        [0, 0],
        [3, 4],
      ],
    },
    {
      table: [
        [0, 3],
        [0, 4],
      ],
    },
    {
      table: [
        [0, 0],
        [0, 0],
      ],
    },
  ] as { table: TwoByTwoTable }[])("is 1 for $table, the only table with its sums", ({ table }) => {
    expect(fisherExactTest(table)).toEqual({ pValue: 1 });
  });

  test.each([-1, 0.5, Number.NaN, 2 ** 21])("refuses the count %p", (count) => {
    expect(() =>
      fisherExactTest([
        [1, 2],
        [3, count],
      ]),
    ).toThrow(expect.objectContaining({ kind: "invalid-argument", parameter: "table", value: count }));
  });
});
