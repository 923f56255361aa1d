/**
 * Probabilities are kept this far from 0 and 1 before their logit is taken, so that it is finite (18.4 at most).
 * The value is what val.prob.ci.2 of the R package CalibrationCurves (De Cock et al. 2023) puts in place of 0.
 */
const PROBABILITY_MARGIN = 1e-8;

/** Clips a probability to [1e-8, 1 - 1e-8]. */
export function clipProbability(probability: number): number {
  return Math.min(Math.max(probability, PROBABILITY_MARGIN), 1 - PROBABILITY_MARGIN);
}

/** Log-odds of a probability, which is first clipped to [1e-8, 1 - 1e-8]. */
export function logit(probability: number): number {
  const clipped = clipProbability(probability);
  return Math.log(clipped) - Math.log1p(-clipped);
}

/** Probability of log-odds, 1 / (1 + exp(-x)), without overflow. */
export function expit(x: number): number {
  if (x >= 0) return 1 / (1 + Math.exp(-x));
  const odds = Math.exp(x);
  return odds / (1 + odds);
}

/** Maximum of the likelihood of a logistic regression on one variable. */
export interface LogisticFit {
  readonly slope: number;
  readonly intercept: number;
  /** Standard errors from the inverse of the observed information (Wald). */
  readonly slopeError: number;
  readonly interceptError: number;
}

/**
 * Ten are usual, and about sixty where only few samples of nearly equal value prevent separation. Later steps are
 * rounding.
 */
const MOST_ITERATIONS = 100;

/**
 * Logistic regression of targets in [0, 1] on one variable, by Newton's method with halved steps where a full one does
 * not raise the likelihood (Lin, Lin and Weng 2007). The caller ensures that a finite maximum exists and that the
 * variable takes at least two values.
 */
export function fitLogistic(targets: ArrayLike<number>, variable: ArrayLike<number>): LogisticFit {
  const size = targets.length;
  // Rescaled, so that scores in the thousands and in the thousandths are fitted alike.
  const { centre, spread } = scaleOf(variable);
  const x = Float64Array.from(variable, (value) => (value - centre) / spread);
  let mean = 0;
  for (let i = 0; i < size; i++) mean += targets[i]! / size;
  let slope = 0;
  let intercept = Math.log(mean / (1 - mean));
  for (let iteration = 0; iteration < MOST_ITERATIONS; iteration++) {
    const { score, slopeScore, weight, middle, slopeWeight } = derivativesOf(targets, x, slope, intercept);
    const slopeStep = slopeScore / slopeWeight;
    const interceptStep = score / weight - middle * slopeStep;
    // Twice what the step gains, were the loss a parabola.
    const gain = score * (score / weight) + slopeScore * slopeStep;
    const loss = lossOf(targets, x, slope, intercept);
    // A distance to the maximum of 1e-12 standard errors.
    if (!(gain > 1e-24)) break;
    let share = 1;
    // Of a smaller gain rounding leaves nothing to compare, and a full step needs no check.
    if (gain > 1e-9 * (1 + loss)) {
      const lossWith = (part: number) =>
        lossOf(targets, x, slope + part * slopeStep, intercept + part * interceptStep);
      while (share > 1e-10 && !(lossWith(share) < loss)) share /= 2;
      if (share <= 1e-10) break;
    }
    slope += share * slopeStep;
    intercept += share * interceptStep;
  }
  const { weight, middle, slopeWeight } = derivativesOf(targets, x, slope, intercept);
  const slopeError = 1 / Math.sqrt(slopeWeight) / spread;
  return {
    slope: slope / spread,
    intercept: intercept - slope * (centre / spread),
    slopeError,
    interceptError: Math.hypot(1 / Math.sqrt(weight), (centre + spread * middle) * slopeError),
  };
}

function scaleOf(variable: ArrayLike<number>): { centre: number; spread: number } {
  let low = variable[0]!;
  let high = low;
  for (let i = 1; i < variable.length; i++) {
    low = Math.min(low, variable[i]!);
    high = Math.max(high, variable[i]!);
  }
  return { centre: low / 2 + high / 2, spread: high / 2 - low / 2 };
}

/** Cross-entropy, summed over samples. */
function lossOf(targets: ArrayLike<number>, x: Float64Array, slope: number, intercept: number): number {
  let loss = 0;
  for (let i = 0; i < x.length; i++) {
    const z = slope * x[i]! + intercept;
    // log(1 + exp(z)) - target * z, from the side where exp does not overflow.
    loss += Math.log1p(Math.exp(-Math.abs(z))) + (z > 0 ? (1 - targets[i]!) * z : -targets[i]! * z);
  }
  return loss;
}

/** First and second derivatives of the log-likelihood. */
interface Derivatives {
  /** By the intercept. */
  readonly score: number;
  /** By the slope, where the line turns around `middle`. */
  readonly slopeScore: number;
  /** Information on the intercept: sum of the samples' weights. */
  readonly weight: number;
  /** Weighted mean of the variable, at which the information on slope and intercept is apart. */
  readonly middle: number;
  /** Information on the slope around `middle`. */
  readonly slopeWeight: number;
}

function derivativesOf(
  targets: ArrayLike<number>,
  x: Float64Array,
  slope: number,
  intercept: number,
): Derivatives {
  let score = 0;
  let weight = 0;
  let moment = 0;
  const residuals = new Float64Array(x.length);
  const weights = new Float64Array(x.length);
  for (let i = 0; i < x.length; i++) {
    const z = slope * x[i]! + intercept;
    const probability = expit(z);
    residuals[i] = targets[i]! - probability;
    weights[i] = probability * expit(-z);
    score += residuals[i]!;
    weight += weights[i]!;
    moment += weights[i]! * x[i]!;
  }
  // In a second pass: sums of squares around 0 would cancel where the samples that matter lie close together.
  const middle = moment / weight;
  let slopeScore = 0;
  let slopeWeight = 0;
  for (let i = 0; i < x.length; i++) {
    const distance = x[i]! - middle;
    slopeScore += residuals[i]! * distance;
    slopeWeight += weights[i]! * distance * distance;
  }
  return { score, slopeScore, weight, middle, slopeWeight };
}
