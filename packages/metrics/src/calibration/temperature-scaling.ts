import { checkLabels, checkProbabilities, checkSameLength } from "../internal/checks.js";
import { expit, logit } from "./logit.js";
import { solveTemperature } from "./solve-temperature.js";

/** Map from probabilities to calibrated ones. */
export interface TemperatureScaling {
  /** Above 0. More than 1 draws probabilities towards 0.5, less drives them apart. */
  readonly temperature: number;
  /** Calibrated probabilities of class 1, in the order given; their ranks, and any AUC, stay the same. */
  apply(probabilities: ArrayLike<number>): Float64Array;
}

/**
 * Temperature scaling of a binary classifier: log-odds divided by the one number that makes the log-loss of these
 * samples least (Guo, Pleiss, Sun and Weinberger, "On calibration of modern neural networks", 2017). A probability
 * of 0.5 stays where it is; {@link plattScaling} moves it, too.
 *
 * Fit it on validation data: on its own training data a model is surer of itself than elsewhere. Probabilities are
 * clipped to [1e-8, 1 - 1e-8] first.
 *
 * Two cases have no such number and are refused: no sample is on the wrong side of 0.5 (the temperature would fall to
 * 0, to boundless confidence), and log-odds that are no better than chance (it would rise without end).
 *
 * @param truth N labels, 0 or 1.
 * @param probabilities N probabilities of class 1, in [0, 1].
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a number outside [0, 1], or samples
 *   without a finite temperature above 0 (parameter `probabilities`, value 0 or Infinity: where it would go).
 */
export function temperatureScaling(
  truth: ArrayLike<number>,
  probabilities: ArrayLike<number>,
): TemperatureScaling {
  checkSameLength(truth, probabilities, "probabilities");
  checkLabels(truth, "truth", 2);
  checkProbabilities(probabilities);
  const logits = Float64Array.from(probabilities, logit);
  const derivativesAt = (inverse: number) => {
    let value = 0;
    let derivative = 0;
    logits.forEach((z, i) => {
      const probability = expit(inverse * z);
      value += (probability - truth[i]!) * z;
      derivative += probability * expit(-inverse * z) * z * z;
    });
    return { value, derivative };
  };
  const separated = logits.every((z, i) => (truth[i] === 1 ? z >= 0 : z <= 0));
  const temperature = solveTemperature(derivativesAt, separated, "probabilities");
  return {
    temperature,
    apply(others) {
      checkProbabilities(others);
      return Float64Array.from(others, (probability) => expit(logit(probability) / temperature));
    },
  };
}
