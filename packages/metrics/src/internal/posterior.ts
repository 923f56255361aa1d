/** A hypothesis before an observation. */
interface Hypothesis {
  readonly prior: number;
  /** Probability of the observation where the hypothesis holds. */
  readonly likelihood: number;
}

/**
 * Bayes' theorem: probability of the first of two exclusive hypotheses after the observation. Gives `whenUndefined`
 * when a likelihood is NaN, or the observation impossible.
 */
export function posterior(hypothesis: Hypothesis, other: Hypothesis, whenUndefined: number): number {
  const joint = hypothesis.prior * hypothesis.likelihood;
  const evidence = joint + other.prior * other.likelihood;
  return evidence > 0 ? joint / evidence : whenUndefined;
}
