import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions, describeValue } from "@covidxr/core/internal";
import { checkBinary, checkProbabilities } from "../checks.js";

/** Options of {@link netBenefit}. */
export interface NetBenefitOptions {
  /** Threshold probabilities, each in (0, 1): the probability of disease at which treatment is just preferred. */
  readonly thresholds: ArrayLike<number>;
}

/** Net benefit at one threshold probability, in true positives per sample. */
export interface NetBenefitPoint {
  /** Threshold probability. */
  readonly threshold: number;
  /** Treating those above the threshold. */
  readonly model: number;
  /** Treating everyone; 0 where the threshold is the prevalence. */
  readonly treatAll: number;
  /** Treating no one: 0 by definition. */
  readonly treatNone: 0;
}

/**
 * Decision curve (Vickers and Elkin, "Decision curve analysis: a novel method for evaluating prediction models",
 * 2006): true positives minus false positives, each false one weighted by the odds t / (1 - t) of the threshold, per
 * sample. A model helps at a threshold where it is above treating all and treating none. Values are at most
 * the prevalence, and have no lower bound.
 *
 * A sample is treated when its probability is above the threshold, as everywhere in this package; the literature says
 * "at or above", which differs only for probabilities that equal a threshold. The prevalence is that of these
 * samples: in a balanced cohort it is not the clinic's. Net benefit assumes calibrated probabilities.
 *
 * @param truth N labels, 0 or 1. Without samples `model` and `treatAll` are NaN.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @returns A point for each threshold, in the order given.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a number outside [0, 1], or a threshold
 *   outside (0, 1).
 */
export function netBenefit(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  options: NetBenefitOptions,
): NetBenefitPoint[] {
  checkOptions(options, { thresholds: "array" });
  checkBinary(truth, probabilities, "probabilities", checkProbabilities);
  const samples = truth.length;
  let positives = 0;
  for (let i = 0; i < samples; i++) positives += truth[i]!;
  return Array.from(options.thresholds, (threshold) => {
    if (typeof threshold !== "number" || !(threshold > 0 && threshold < 1)) {
      throw new InvalidArgumentError({
        parameter: "thresholds",
        value: threshold,
        message: `expected probabilities between 0 and 1, got ${describeValue(threshold)}; leave out 0 and 1`,
      });
    }
    let truePositives = 0;
    let falsePositives = 0;
    for (let i = 0; i < samples; i++) {
      if (!(probabilities[i]! > threshold)) continue;
      if (truth[i] === 1) truePositives++;
      else falsePositives++;
    }
    const odds = threshold / (1 - threshold);
    return {
      threshold,
      model: (truePositives - falsePositives * odds) / samples,
      treatAll: (positives - (samples - positives) * odds) / samples,
      treatNone: 0,
    };
  });
}
