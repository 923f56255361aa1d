/**
 * Probabilities are kept this far from 0 and 1 before their logit is taken, so that it is finite (18.4 at most).
 * The value is what val.prob.ci.2 of the R package CalibrationCurves (De Cock et al. 2023) puts in place of 0.
 */
const PROBABILITY_MARGIN = 1e-8;

/** Log-odds of a probability, which is first clipped to [1e-8, 1 - 1e-8]. */
export function logit(probability: number): number {
  const clipped = Math.min(Math.max(probability, PROBABILITY_MARGIN), 1 - PROBABILITY_MARGIN);
  return Math.log(clipped) - Math.log1p(-clipped);
}

/** Probability of log-odds, 1 / (1 + exp(-x)), without overflow. */
export function expit(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const odds = Math.exp(x);
  return odds / (1 + odds);
}
