import { InvalidArgumentError } from "@covidxr/core";
import { describeValue } from "@covidxr/core/internal";

/** Counts [[a, b], [c, d]], say successes and failures of two groups. */
export type TwoByTwoTable = readonly [readonly [number, number], readonly [number, number]];

/**
 * Exact test of whether rows and columns of a table of counts are independent, such as correct and wrong predictions on two
 * separate sets of samples (Fisher 1935). For two models on the same samples use {@link mcnemarTest}.
 *
 * The p-value is the probability, given the row and column sums, of a table that is no more likely than this one, as in
 * SciPy and R. A table with an empty row or column is the only one with its sums: p-value 1.
 *
 * @param table Counts, integers from 0 to 2^20.
 * @returns Two-sided p-value, in [0, 1].
 * @throws {InvalidArgumentError} when a count is not one.
 */
export function fisherExactTest(table: TwoByTwoTable): { pValue: number } {
  if (!Array.isArray(table) || table.length !== 2 || table.some((row) => row?.length !== 2)) {
    throw new InvalidArgumentError({
      parameter: "table",
      value: table,
      message: `expected two rows of two counts, got ${describeValue(table)}; pass [[a, b], [c, d]]`,
    });
  }
  for (const count of table.flat()) {
    if (!Number.isInteger(count) || count < 0 || count > 2 ** 20) {
      throw new InvalidArgumentError({
        parameter: "table",
        value: count,
        message: `expected counts, integers from 0 to 2^20, got ${describeValue(count)}; pass [[a, b], [c, d]]`,
      });
    }
  }
  const [[a, b], [c, d]] = table;
  const row = a + b;
  const column = a + c;
  const total = row + c + d;
  const lowest = Math.max(0, row + column - total);
  const tables = Math.min(row, column) - lowest + 1;

  // Probabilities relative to the likeliest table, from which both tails fall: no step overflows.
  const probabilities = new Float64Array(tables);
  const mode = Math.floor(((row + 1) * (column + 1)) / (total + 2)) - lowest;
  const ratio = (k: number) => {
    const upperLeft = lowest + k;
    return (
      ((row - upperLeft) * (column - upperLeft)) / ((upperLeft + 1) * (total - row - column + upperLeft + 1))
    );
  };
  probabilities[mode] = 1;
  for (let k = mode; k + 1 < tables; k++) probabilities[k + 1] = probabilities[k]! * ratio(k);
  for (let k = mode; k > 0; k--) probabilities[k - 1] = probabilities[k]! / ratio(k - 1);

  // SciPy calls probabilities equal that differ by a part in 1e14. Here each step may add that much by rounding.
  const limit = probabilities[a - lowest]! * (1 + 1e-14 * tables);
  let all = 0;
  let extreme = 0;
  for (const probability of probabilities) {
    all += probability;
    if (probability <= limit) extreme += probability;
  }
  return { pValue: extreme / all };
}
