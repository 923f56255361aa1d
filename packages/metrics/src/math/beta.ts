import { solveIncreasing } from "./numeric.js";

/** Both tails of a beta distribution at a point; they add up to 1, and the smaller keeps its relative accuracy. */
export interface BetaTails {
  readonly lower: number;
  readonly upper: number;
}

/**
 * Regularised incomplete beta function I_x(a, b) and its complement, for a, b > 0 and x in [0, 1].
 * Continued fraction of DiDonato and Morris ("Algorithm 708", ACM Transactions on Mathematical Software 18, 1992),
 * in the tail where it converges quickly, evaluated with the method of Lentz (1976) as modified by Thompson and
 * Barnett (1986).
 */
export function incompleteBeta(x: number, a: number, b: number): BetaTails {
  if (x <= 0) return { lower: 0, upper: 1 };
  if (x >= 1) return { lower: 1, upper: 0 };
  const scale = Math.exp(logBetaKernel(x, a, b));
  if (x <= a / (a + b)) {
    const lower = scale / continuedFraction(x, 1 - x, a, b);
    return { lower, upper: 1 - lower };
  }
  const upper = scale / continuedFraction(1 - x, x, b, a);
  return { lower: 1 - upper, upper };
}

/**
 * Logarithm of x^a (1 - x)^b / B(a, b): the density times x (1 - x).
 *
 * Written around the mean a / (a + b) with Stirling's corrections, as C. Loader does for the binomial ("Fast and
 * accurate computation of binomial probabilities", 2000): differences of log-gamma values lose digits as a and b grow.
 */
function logBetaKernel(x: number, a: number, b: number): number {
  const total = a + b;
  const mean = a / total;
  const offset = x - mean;
  return (
    a * logRatio(x / mean, offset / mean) +
    b * logRatio((1 - x) / (b / total), -offset / (b / total)) +
    0.5 * Math.log(((a / total) * b) / (2 * Math.PI)) +
    stirlingCorrection(total) -
    stirlingCorrection(a) -
    stirlingCorrection(b)
  );
}

/** Logarithm of a ratio that is given also as its excess over 1, which has the digits when the ratio is near 1. */
function logRatio(ratio: number, excess: number): number {
  return Math.abs(excess) < 0.5 ? Math.log1p(excess) : Math.log(ratio);
}

/** log Γ(z) - ((z - 1/2) log z - z + log(2π)/2), for z > 0. */
function stirlingCorrection(z: number): number {
  let sum = 0;
  let shifted = z;
  // The series below has double precision from here on.
  while (shifted < 16) {
    sum += (shifted + 0.5) * Math.log1p(1 / shifted) - 1;
    shifted += 1;
  }
  // Bernoulli numbers B_2k / (2k (2k - 1)), Abramowitz and Stegun 6.1.40.
  const s = 1 / (shifted * shifted);
  const series =
    1 / 12 - s * (1 / 360 - s * (1 / 1260 - s * (1 / 1680 - s * (1 / 1188 - (s * 691) / 360360))));
  return sum + series / shifted;
}

/** Continued fraction of I_x(a, b), where y = 1 - x; passed apart, since 1 - (1 - x) loses the digits of a small x. */
function continuedFraction(x: number, y: number, a: number, b: number): number {
  const denominatorAt = (m: number) =>
    m + (m * (b - m) * x) / (a + 2 * m - 1) + ((a + m) * (a * y - b * x + 1 + m * (1 + y))) / (a + 2 * m + 1);
  // Stands for a denominator of zero, which the method may not divide by.
  const nonZero = (value: number) => (value === 0 ? 1e-300 : value);
  let value = nonZero((a * (a * y - b * x + 1)) / (a + 1));
  let c = value;
  let d = 0;
  let factor = 0;
  for (let m = 1; Math.abs(factor - 1) > 1e-15; m++) {
    const step = (x / (a + 2 * m - 1)) ** 2 * (a + m - 1) * (a + b + m - 1) * m * (b - m);
    const denominator = denominatorAt(m);
    d = 1 / nonZero(denominator + step * d);
    c = nonZero(denominator + step / c);
    factor = c * d;
    value *= factor;
  }
  return value;
}

/** Point of a beta distribution (a, b > 0) with this chance, in (0, 1), in the named tail: below it or above it. */
export function betaQuantile(probability: number, a: number, b: number, tail: "lower" | "upper"): number {
  const sign = tail === "lower" ? 1 : -1;
  return solveIncreasing(
    (x) => {
      const share = incompleteBeta(x, a, b)[tail];
      const density = Math.exp(logBetaKernel(x, a, b)) / (x * (1 - x));
      // The logarithm is nearly straight in the tail, where Newton's method would crawl on the chance itself.
      return { value: sign * Math.log(share / probability), derivative: density / share };
    },
    { low: 0, high: 1 },
    a / (a + b),
  );
}
