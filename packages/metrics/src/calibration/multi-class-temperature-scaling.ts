import { InvalidArgumentError } from "@covidxr/core";
import { checkLabels, checkSameLength, checkScores } from "../internal/checks.js";
import { solveTemperature } from "./solve-temperature.js";

/** Map from logits to calibrated probabilities. */
export interface MultiClassTemperatureScaling {
  /** Above 0. More than 1 evens probabilities out, less drives them apart. */
  readonly temperature: number;
  /** Rows of C probabilities, softmax(row / temperature), for rows of C logits; the predicted class stays. */
  apply(logits: readonly ArrayLike<number>[]): Float64Array[];
}

/**
 * Temperature scaling of a classifier of several classes: logits divided by the one number that makes the log-loss of
 * these samples least (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017).
 *
 * Fit it on validation data: on its own training data a model is surer of itself than elsewhere. Where only the
 * probabilities of a softmax are at hand, their logarithms serve as logits.
 *
 * Two cases have no such number and are refused: the true class has the highest logit in every sample (the temperature
 * would fall to 0, to boundless confidence), and logits that are no better than chance (it would rise without end).
 *
 * @param truth N class indices in [0, C).
 * @param logits N rows of C finite logits, before the softmax; C is 2 or more.
 * @throws {InvalidArgumentError} on unequal lengths, a label out of range, rows of unequal length, a logit that is not
 *   finite, or samples without a finite temperature above 0 (parameter `logits`, value 0 or Infinity: where it
 *   would go).
 */
export function multiClassTemperatureScaling(
  truth: ArrayLike<number>,
  logits: readonly ArrayLike<number>[],
): MultiClassTemperatureScaling {
  checkSameLength(truth, logits, "logits");
  const classes = Math.max(2, logits[0]?.length ?? 0);
  checkRows(logits, classes);
  checkLabels(truth, "truth", classes);
  const derivativesAt = (inverse: number) => {
    let value = 0;
    let derivative = 0;
    logits.forEach((row, i) => {
      const probabilities = softmax(row, inverse);
      let mean = 0;
      for (let c = 0; c < classes; c++) mean += probabilities[c]! * row[c]!;
      value += mean - row[truth[i]!]!;
      for (let c = 0; c < classes; c++) derivative += probabilities[c]! * (row[c]! - mean) ** 2;
    });
    return { value, derivative };
  };
  const separated = logits.every((row, i) => {
    const own = row[truth[i]!]!;
    return Array.prototype.every.call(row, (other: number) => other <= own);
  });
  const temperature = solveTemperature(derivativesAt, separated, "logits");
  return {
    temperature,
    apply(others) {
      checkRows(others, classes);
      return others.map((row) => softmax(row, 1 / temperature));
    },
  };
}

function checkRows(logits: readonly ArrayLike<number>[], classes: number): void {
  logits.forEach((row, i) => {
    if (row.length !== classes) {
      throw new InvalidArgumentError({
        parameter: "logits",
        value: row.length,
        message: `expected rows of ${classes} logits, one for each class, got ${row.length} in row ${i}`,
      });
    }
    checkScores(row, "logits");
  });
}

/** Probabilities of logits times `inverse`, without overflow. */
function softmax(row: ArrayLike<number>, inverse: number): Float64Array {
  const scaled = Float64Array.from(row, (value) => value * inverse);
  const highest = scaled.reduce((most, value) => Math.max(most, value));
  const odds = scaled.map((value) => Math.exp(value - highest));
  const sum = odds.reduce((total, value) => total + value, 0);
  return odds.map((value) => value / sum);
}
