import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { Matrix, solve } from "ml-matrix";
import { fitRidgeClassifier } from "./ridge.js";

interface Golden {
  penalties: number[];
  cases: {
    name: string;
    rows: number[][];
    labels: number[];
    new_rows: number[][];
    penalty: number;
    leave_one_out_error: number;
    scores: number[];
    new_scores: number[];
  }[];
}

/** Reference values of scikit-learn 1.2.1, written by generate_ridge.py. */
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/ridge.json"), "utf8")) as Golden;

/** Rows of normal noise whose first feature knows a little of the label; both classes twice at least. */
function table(seed: number, rows: number, features: number): { rows: number[][]; labels: number[] } {
  const rng = createRng(seed, { purpose: "ridge-table" });
  const labels = Array.from({ length: rows }, (_, row) => (row < 4 ? row % 2 : rng.integer(2)));
  return {
    rows: labels.map((label) =>
      Array.from({ length: features }, (_, k) => rng.normal() + (k === 0 ? label : 0)),
    ),
    labels,
  };
}

const tables = fc
  .tuple(fc.nat(), fc.integer({ min: 5, max: 14 }), fc.integer({ min: 1, max: 18 }))
  .map(([seed, rows, features]) => table(seed, rows, features));

/** The mean weighted squared error of each row under a fit to the others, solved anew for each. */
function bruteForceError(rows: number[][], labels: number[], penalty: number): number {
  const count = rows.length;
  const features = rows[0]!.map((_, k) => {
    const column = rows.map((row) => row[k]!);
    const mean = column.reduce((a, b) => a + b) / count;
    const deviation = Math.sqrt(column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / count);
    return column.map((value) => (value - mean) / deviation);
  });
  const weights = labels.map((label) => count / (2 * labels.filter((other) => other === label).length));
  let sum = 0;
  for (let left = 0; left < count; left++) {
    const kept = labels.map((_, row) => row).filter((row) => row !== left);
    const design = new Matrix(kept.map((row) => [1, ...features.map((column) => column[row]!)]));
    const weighted = new Matrix(design.to2DArray().map((row, i) => row.map((v) => v * weights[kept[i]!]!)));
    const normal = weighted.transpose().mmul(design);
    for (let k = 1; k < normal.rows; k++) normal.set(k, k, normal.get(k, k) + penalty);
    const targets = Matrix.columnVector(kept.map((row) => 2 * labels[row]! - 1));
    const solution = solve(normal, weighted.transpose().mmul(targets)).getColumn(0);
    const fitted = features.reduce((a, column, k) => a + column[left]! * solution[k + 1]!, solution[0]!);
    sum += weights[left]! * (2 * labels[left]! - 1 - fitted) ** 2;
  }
  return sum / count;
}

describe("fitRidgeClassifier", () => {
  test.each(golden.cases)("scikit-learn: $name", (expected) => {
    for (const side of ["primal", "dual", undefined] as const) {
      const { penalties } = golden;
      const fitted = fitRidgeClassifier(expected.rows, expected.labels, {
        penalties,
        ...(side === undefined ? {} : { side }),
      });
      expect(fitted.penalty).toBe(expected.penalty);
      expect(fitted.leaveOneOutError / expected.leave_one_out_error).toBeCloseTo(1, 9);
      for (const [i, row] of expected.rows.entries()) {
        expect(fitted.score(row)).toBeCloseTo(expected.scores[i]!, 9);
      }
      for (const [i, row] of expected.new_rows.entries()) {
        expect(fitted.score(row)).toBeCloseTo(expected.new_scores[i]!, 8);
      }
    }
  });

  test("its leave-one-out error is that of fitting without each row in turn", () => {
    fc.assert(
      fc.property(tables, fc.constantFrom(0.1, 1, 30), ({ rows, labels }, penalty) => {
        const { leaveOneOutError } = fitRidgeClassifier(rows, labels, { penalties: [penalty] });
        expect(leaveOneOutError / bruteForceError(rows, labels, penalty)).toBeCloseTo(1, 8);
      }),
      { numRuns: 40 },
    );
  });

  test("both normal equations give one classifier", () => {
    fc.assert(
      fc.property(tables, ({ rows, labels }) => {
        const [primal, dual] = (["primal", "dual"] as const).map((side) =>
          fitRidgeClassifier(rows, labels, { side, penalties: [0.1, 1, 10, 100] }),
        );
        expect(dual!.penalty).toBe(primal!.penalty);
        for (const row of rows) expect(dual!.score(row)).toBeCloseTo(primal!.score(row), 9);
      }),
      { numRuns: 40 },
    );
  });

  test("scale and place of the features change nothing", () => {
    fc.assert(
      fc.property(tables, fc.double({ min: 0.01, max: 1000, noNaN: true }), ({ rows, labels }, factor) => {
        const moved = rows.map((row) => row.map((value, k) => value * factor + k));
        const one = fitRidgeClassifier(rows, labels);
        const other = fitRidgeClassifier(moved, labels);
        for (const [i, row] of rows.entries()) expect(other.score(moved[i]!)).toBeCloseTo(one.score(row), 7);
      }),
      { numRuns: 40 },
    );
  });

  test("swapped labels turn the scores around, at the same penalty", () => {
    const { rows, labels } = table(5, 20, 4);
    const one = fitRidgeClassifier(rows, labels);
    const other = fitRidgeClassifier(
      rows,
      labels.map((label) => 1 - label),
    );
    expect(other.penalty).toBeCloseTo(one.penalty, 12);
    for (const row of rows) expect(other.score(row)).toBeCloseTo(-one.score(row), 10);
  });

  test("repeating the rows of one class leaves the balance where it was", () => {
    const { rows, labels } = table(6, 16, 3);
    const repeated = rows.flatMap((row, i) => (labels[i] === 1 ? [row, row, row] : [row]));
    const repeatedLabels = labels.flatMap((label) => (label === 1 ? [1, 1, 1] : [0]));
    const fitted = fitRidgeClassifier(repeated, repeatedLabels, { penalties: [1] });
    const mean = (wanted: number): number => {
      const scores = repeated.flatMap((row, i) => (repeatedLabels[i] === wanted ? [fitted.score(row)] : []));
      return scores.reduce((a, b) => a + b) / scores.length;
    };
    // With an intercept that is not penalised and balanced weights, the class means lie evenly about 0.
    expect(mean(1)).toBeCloseTo(-mean(0), 10);
  });

  test.each([
    {
      why: "nothing varies",
      rows: [
        [1, 2],
        [1, 2],
        [1, 2],
        [1, 2],
      ],
    },
    { why: "there is no feature", rows: [[], [], [], []] },
    { why: "only rounding varies", rows: [[1], [1 + 1e-9], [1 - 1e-9], [1]] },
  ])("scores 0 where $why", ({ rows }) => {
    const fitted = fitRidgeClassifier(rows, [0, 1, 0, 1]);
    for (const row of rows) expect(Math.abs(fitted.score(row))).toBe(0);
  });

  test("one row of a class suffices", () => {
    const fitted = fitRidgeClassifier([[0], [0.1], [0.2], [3]], [0, 0, 0, 1]);
    expect(fitted.score([3])).toBeGreaterThan(fitted.score([0.2]));
  });

  test.each([
    { why: "rows of unequal length", rows: [[1], [1, 2]], labels: [0, 1], parameter: "rows", value: 2 },
    { why: "NaN", rows: [[1], [Number.NaN]], labels: [0, 1], parameter: "rows", value: Number.NaN },
    { why: "too few labels", rows: [[1], [2]], labels: [0], parameter: "labels", value: 1 },
    { why: "a third class", rows: [[1], [2]], labels: [0, 2], parameter: "labels", value: 2 },
    { why: "one class", rows: [[1], [2]], labels: [1, 1], parameter: "labels", value: 1 },
    { why: "no row", rows: [], labels: [], parameter: "labels", value: undefined },
    {
      why: "a penalty of 0",
      rows: [[1], [2]],
      labels: [0, 1],
      penalties: [1, 0],
      parameter: "penalties",
      value: 0,
    },
    { why: "no penalty", rows: [[1], [2]], labels: [0, 1], penalties: [], parameter: "penalties", value: [] },
  ])("refuses $why", ({ rows, labels, penalties, parameter, value }) => {
    const fit = () => fitRidgeClassifier(rows, labels, penalties === undefined ? {} : { penalties });
    expect(fit).toThrow(InvalidArgumentError);
    expect(fit).toThrow(expect.objectContaining({ parameter, value }));
  });
});
