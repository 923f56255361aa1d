import { InvalidArgumentError } from "@covidxr/core";
import { type FunctionValue, solveIncreasing } from "../internal/solve-increasing.js";

/**
 * Temperature at which the mean log-loss of logits / temperature is least.
 *
 * @param derivativesAt First and second derivative of the log-loss by the inverse of the temperature, there; the first
 *   rises with it, for the loss is convex.
 * @param parameter Name of what was given, for errors.
 * @param separated Whether every logit is on the right side, so that a lower temperature is always better.
 */
export function solveTemperature(
  derivativesAt: (inverse: number) => FunctionValue,
  separated: boolean,
  parameter: string,
): number {
  if (!(derivativesAt(0).value < 0)) {
    throw new InvalidArgumentError({
      parameter,
      value: Number.POSITIVE_INFINITY,
      message:
        "expected predictions that are better than chance, got some for which the temperature would rise without end; check the order of truth and of the classes",
    });
  }
  if (separated) {
    throw new InvalidArgumentError({
      parameter,
      value: 0,
      message:
        "expected at least one wrong prediction, got none, so that the temperature would fall to 0; use more validation samples, or plattScaling",
    });
  }
  let high = 1;
  while (derivativesAt(high).value < 0) high *= 2;
  return 1 / solveIncreasing(derivativesAt, { low: 0, high }, high / 2);
}
