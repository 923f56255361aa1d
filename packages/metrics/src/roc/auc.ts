import { InvalidArgumentError } from "@covidxr/core";
import type { RocCurve } from "./roc-curve.js";

/**
 * Area under a receiver operating characteristic by the trapezoidal rule, in [0, 1]. It is the chance that a
 * sample of class 1 scores higher than one of class 0, ties counting half (Hanley and McNeil 1982).
 *
 * @param curve Rates as {@link rocCurve} gives them. A curve with an undefined rate gives NaN; the curve's
 *   `undefinedReason` says why.
 * @throws {InvalidArgumentError} on unequal lengths, fewer than two points, or a false positive rate that falls.
 *
 * @example
 * ```ts
 * import { auc, rocCurve } from "@covidxr/metrics";
 *
 * auc(rocCurve([0, 0, 0, 1, 1], [0.1, 0.4, 0.2, 0.3, 0.9])); // 0.8333…
 * ```
 */
export function auc(curve: Pick<RocCurve, "fpr" | "tpr">): number {
  const { fpr, tpr } = curve;
  if (fpr.length !== tpr.length) {
    throw new InvalidArgumentError({
      parameter: "curve",
      value: [fpr.length, tpr.length],
      message: `expected as many values in tpr as in fpr (${fpr.length}), got ${tpr.length}; use rocCurve`,
    });
  }
  // Without a sample the curve is the single point (undefined, undefined).
  if (fpr.some(Number.isNaN) || tpr.some(Number.isNaN)) return Number.NaN;
  if (fpr.length < 2) {
    throw new InvalidArgumentError({
      parameter: "curve",
      value: fpr.length,
      message: `expected two points or more, got ${fpr.length}; use rocCurve`,
    });
  }
  let area = 0;
  for (let i = 1; i < fpr.length; i++) {
    const width = fpr[i]! - fpr[i - 1]!;
    if (width < 0) {
      throw new InvalidArgumentError({
        parameter: "curve",
        value: fpr,
        message: `expected a false positive rate that never falls, got ${fpr[i]} after ${fpr[i - 1]}; use rocCurve`,
      });
    }
    area += (width * (tpr[i]! + tpr[i - 1]!)) / 2;
  }
  return area;
}
