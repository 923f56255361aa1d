import { solveIncreasing } from "../solve-increasing.js";
import { incompleteBeta, logBetaKernel } from "./incomplete-beta.js";

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
