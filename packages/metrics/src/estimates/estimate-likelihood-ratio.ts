import { negativeLikelihoodRatio } from "../figures/negative-likelihood-ratio.js";
import { positiveLikelihoodRatio } from "../figures/positive-likelihood-ratio.js";
import type { ConfusionMatrix } from "../internal/checks.js";
import { classCounts } from "../internal/class-counts.js";
import { normalQuantile } from "../internal/distributions/normal.js";
import { checkLevel, type LevelOptions } from "../intervals/interval.js";
import type { Estimate } from "./estimate.js";

/**
 * A likelihood ratio of class 1 with its interval on the logarithmic scale (Simel, Samsa & Matchar 1991,
 * "Likelihood ratios with confidence"). The ratio of two shares `a / n` and `b / m` has the standard error
 * `√(1/a − 1/n + 1/b − 1/m)` there, so that a share of 0 leaves the interval undefined.
 *
 * @param matrix 2 × 2 counts as {@link confusionMatrix} gives them.
 * @param which `"positive"`: sensitivity / (1 − specificity); `"negative"`: (1 − sensitivity) / specificity.
 */
export function estimateLikelihoodRatio(
  matrix: ConfusionMatrix,
  which: "positive" | "negative",
  options: LevelOptions = {},
): Estimate {
  const level = checkLevel(options);
  const { truePositives, falsePositives, falseNegatives, trueNegatives } = classCounts(matrix, 1);
  const positives = truePositives + falseNegatives;
  const negatives = trueNegatives + falsePositives;
  const [value, a, b] =
    which === "positive"
      ? [positiveLikelihoodRatio(matrix), truePositives, falsePositives]
      : [negativeLikelihoodRatio(matrix), falseNegatives, trueNegatives];
  const reason = Number.isNaN(value)
    ? `expected samples of both classes and a share above 0, got ${positives} positive and ${negatives} negative ones`
    : null;
  const estimate = { value, level, method: "Simel", byGroup: null, undefinedReason: reason } as const;
  if (reason !== null || a === 0 || b === 0) return { ...estimate, low: Number.NaN, high: Number.NaN };
  const reach = normalQuantile((1 + level) / 2) * Math.sqrt(1 / a - 1 / positives + 1 / b - 1 / negatives);
  return { ...estimate, low: value * Math.exp(-reach), high: value * Math.exp(reach) };
}
