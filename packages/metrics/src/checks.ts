import { InvalidArgumentError } from "@covidxr/core";
import { checkArray, describeValue } from "@covidxr/core/internal";

/**
 * Probabilities as models return them: N of class 1 from a single unit, or N rows of C, one for each class. `predict` of
 * `@covidxr/training` returns the one or the other.
 */
export type Probabilities = ArrayLike<number> | readonly ArrayLike<number>[];

/** Whether there is a row for each sample. An empty array has none. */
export function isRows(
  probabilities: Probabilities,
  parameter = "probabilities",
): probabilities is readonly ArrayLike<number>[] {
  checkArray(parameter, probabilities);
  if (typeof probabilities[0] !== "object") return false;
  for (let i = 0; i < probabilities.length; i++) checkArray(parameter, probabilities[i]);
  return true;
}

/** What to do about a third class where there are two. */
export const BINARY = "give two classes as 0 and 1, such as one class against the rest";

/** Checks N binary labels against N values. */
export function checkBinary(
  truth: ArrayLike<number>,
  values: ArrayLike<number>,
  parameter = "scores",
  checkValues: (values: ArrayLike<number>, parameter: string) => void = checkScores,
): void {
  checkSameLength(truth, values, parameter);
  checkLabels(truth, "truth", 2, BINARY);
  checkValues(values, parameter);
}

export function checkSameLength(
  truth: ArrayLike<unknown>,
  other: ArrayLike<unknown>,
  parameter: string,
): void {
  checkArray("truth", truth);
  checkArray(parameter, other);
  if (truth.length !== other.length) {
    throw new InvalidArgumentError({
      parameter,
      value: other.length,
      message: `expected ${truth.length} values, one for each in truth, got ${other.length}; pass both in the same order`,
    });
  }
}

/**
 * Checks that every label is an integer in [0, classCount); Infinity allows any class.
 *
 * @param advice What to do about a class that is not among them.
 */
export function checkLabels(
  labels: ArrayLike<number>,
  parameter: string,
  classCount: number,
  advice = "give each class its index, from 0",
): void {
  checkArray(parameter, labels);
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]!;
    if (!Number.isInteger(label) || label < 0 || label >= classCount) {
      throw new InvalidArgumentError({
        parameter,
        value: label,
        message:
          `expected class indices ${classCount === Number.POSITIVE_INFINITY ? "of 0 or more" : `from 0 to ${classCount - 1}`}, ` +
          `got ${describeValue(label)} at position ${i}; ${Number.isInteger(label) ? advice : adviceOn(label, parameter)}`,
      });
    }
  }
}

/** What to do about a label that is no whole number. */
function adviceOn(label: unknown, parameter: string): string {
  if (typeof label !== "number") return "give numbers, not names or text";
  if (Number.isNaN(label)) return "leave out samples without a class";
  return parameter === "truth"
    ? "pass the truth first and the scores second"
    : "turn scores into classes with applyThreshold or mostLikelyClasses";
}

export function checkScores(scores: ArrayLike<number>, parameter = "scores"): void {
  checkArray(parameter, scores);
  for (let i = 0; i < scores.length; i++) {
    if (!Number.isFinite(scores[i])) {
      throw new InvalidArgumentError({
        parameter,
        value: scores[i],
        message: `expected finite numbers, got ${describeValue(scores[i])} at position ${i}; check why the model returned it`,
      });
    }
  }
}

export function checkProbabilities(values: ArrayLike<number>, parameter = "probabilities"): void {
  checkArray(parameter, values);
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (typeof value !== "number" || !(value >= 0 && value <= 1)) {
      throw new InvalidArgumentError({
        parameter,
        value,
        message: `expected numbers from 0 to 1, got ${describeValue(value)} at position ${i}; pass the outputs of a sigmoid or softmax`,
      });
    }
  }
}

/** Checks that there is one value for each of `size` samples. */
export function checkLength(values: ArrayLike<unknown>, parameter: string, size: number): void {
  checkArray(parameter, values);
  if (values.length !== size) {
    throw new InvalidArgumentError({
      parameter,
      value: values.length,
      message: `expected ${size} values, one for each sample, got ${values.length}; pass them in the order of the samples`,
    });
  }
}

/** Counts both classes of binary labels; throws when one is missing. */
export function checkBothClasses(truth: ArrayLike<number>): { positives: number; negatives: number } {
  let positives = 0;
  for (let i = 0; i < truth.length; i++) positives += truth[i]!;
  const negatives = truth.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new InvalidArgumentError({
      parameter: "truth",
      value: [negatives, positives],
      message: `expected samples of both classes, got ${negatives} of class 0 and ${positives} of class 1; add samples of the other`,
    });
  }
  return { positives, negatives };
}

/**
 * How far the sum of a row may be from 1. Wide enough for numbers rounded to three decimals and for float16, narrow
 * enough to catch logits and independent sigmoids.
 */
const ROW_SUM_TOLERANCE = 1e-3;

/**
 * Checks N rows of C probabilities against N class indices, and returns C.
 *
 * @returns Number of classes, 0 for no rows.
 */
export function checkProbabilityRows(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
): number {
  checkSameLength(truth, probabilities, "probabilities");
  if (probabilities.length > 0 && !isRows(probabilities)) {
    throw new InvalidArgumentError({
      parameter: "probabilities",
      value: probabilities[0],
      message: `expected a row for each sample, one probability for each class, got ${describeValue(probabilities[0])} at position 0; pass rows such as [1 − p, p] for two classes`,
    });
  }
  const classCount = probabilities[0]?.length ?? 0;
  if (probabilities.length > 0 && classCount < 2) {
    throw new InvalidArgumentError({
      parameter: "probabilities",
      value: classCount,
      message: `expected two columns or more, one for each class, got ${classCount}; pass rows such as [1 − p, p] for two classes`,
    });
  }
  for (const [position, row] of probabilities.entries()) {
    if (row.length !== classCount) {
      throw new InvalidArgumentError({
        parameter: "probabilities",
        value: row.length,
        message: `expected ${classCount} columns as in the first row, got ${row.length} in row ${position}; give each row every class`,
      });
    }
    let sum = 0;
    for (let c = 0; c < classCount; c++) {
      const probability = row[c]!;
      if (typeof probability !== "number" || !(probability >= 0 && probability <= 1)) {
        throw new InvalidArgumentError({
          parameter: "probabilities",
          value: probability,
          message: `expected numbers from 0 to 1, got ${describeValue(probability)} in row ${position}, column ${c}; pass the outputs of a softmax`,
        });
      }
      sum += probability;
    }
    if (Math.abs(sum - 1) > ROW_SUM_TOLERANCE) {
      throw new InvalidArgumentError({
        parameter: "probabilities",
        value: sum,
        message: `expected rows that sum to 1 within ${ROW_SUM_TOLERANCE}, got ${sum} in row ${position}; pass the outputs of a softmax`,
      });
    }
  }
  checkLabels(truth, "truth", classCount, "give each row a column for every class");
  return classCount;
}
