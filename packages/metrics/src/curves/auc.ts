import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { checkProbabilityRows, isRows, type Probabilities } from "../checks.js";
import { areaOf, placements } from "./delong.js";
import { rocCurve } from "./roc-curve.js";

/** Options of {@link auc} and {@link multiClassAuc}. */
export interface AucOptions {
  /**
   * How the areas of more than two classes are averaged. "one-vs-rest": each class against all others by its own
   * probability (Provost and Domingos 2000, each class counting once), which depends on the class frequencies.
   * "one-vs-one": each pair of classes on the samples of those two, the mean of ranking them by the probability of the
   * one and of the other (Hand and Till 2001), which does not.
   * @defaultValue "one-vs-rest"
   */
  readonly average?: "one-vs-rest" | "one-vs-one";
}

const AUC: OptionKinds<AucOptions> = { average: ["one-vs-rest", "one-vs-one", undefined] };

/** One class against the rest, or two against each other. */
export interface ClassComparison {
  /** One class index, or two in rising order. */
  readonly classIndices: readonly number[];
  /** Area under the curve, in [0, 1]; NaN where a side has no sample. */
  readonly auc: number;
}

/** Mean area under ROC curves, with the area of each comparison. */
export interface MultiClassAuc {
  /** Mean over the comparisons, in [0, 1]; NaN when one of them is. */
  readonly auc: number;
  /** Every class, or every pair of classes, in rising order. */
  readonly comparisons: ClassComparison[];
  /** Why the mean is undefined; null when it is defined. */
  readonly undefinedReason: string | null;
}

/**
 * Area under the receiver operating characteristic, in [0, 1]: the probability that a sample of class 1 scores higher
 * than one of class 0, ties counting half (Hanley and McNeil 1982), by the trapezoidal rule. Of rows of probabilities,
 * the mean that {@link multiClassAuc} gives, with the area of each class. scikit-learn's `roc_auc_score`.
 *
 * NaN where a class has no sample.
 *
 * @param truth N class indices: 0 or 1, or in [0, C) with rows.
 * @param scores N finite scores, higher for class 1; or N rows of C probabilities, each summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, a score that is not finite, or rows
 *   that are not probabilities.
 *
 * @example
 * ```ts
 * import { auc } from "@covidxr/metrics";
 *
 * auc([0, 0, 0, 1, 1], [0.1, 0.4, 0.2, 0.3, 0.9]); // 0.8333…
 * ```
 */
export function auc(truth: ArrayLike<number>, scores: Probabilities, options: AucOptions = {}): number {
  checkOptions(options, AUC);
  if (isRows(scores, "scores")) return multiClassAuc(truth, scores, options).auc;
  const { fpr, tpr } = rocCurve(truth, scores);
  if (Number.isNaN(fpr[0]) || Number.isNaN(tpr[0])) return Number.NaN;
  let area = 0;
  for (let i = 1; i < fpr.length; i++) {
    area += ((fpr[i]! - fpr[i - 1]!) * (tpr[i]! + tpr[i - 1]!)) / 2;
  }
  return area;
}

/**
 * Area under the receiver operating characteristic for C classes with the area of each comparison, as scikit-learn's
 * `roc_auc_score` with `average="macro"` and `multi_class="ovr"` or `"ovo"`. Undefined when a class has no sample.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities, C of 2 or more, each row summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, rows that are not probabilities, or
 *   another `average`.
 */
export function multiClassAuc(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: AucOptions = {},
): MultiClassAuc {
  checkOptions(options, AUC);
  const { average = "one-vs-rest" } = options;
  const classCount = checkProbabilityRows(truth, probabilities);
  const indices = Array.from({ length: classCount }, (_, c) => c);
  const comparisons =
    average === "one-vs-rest"
      ? indices.map((c) => ({ classIndices: [c], auc: areaAgainstRest(truth, probabilities, c) }))
      : indices.flatMap((c) =>
          indices
            .slice(c + 1)
            .map((d) => ({ classIndices: [c, d], auc: againstEachOther(truth, probabilities, c, d) })),
        );
  const present = new Set(Array.from(truth));
  const absent = indices.find((c) => !present.has(c));
  return {
    auc: comparisons.reduce((sum, { auc }) => sum + auc, 0) / comparisons.length,
    comparisons,
    undefinedReason:
      truth.length === 0
        ? "there is no sample"
        : absent === undefined
          ? null
          : `no sample is of class ${absent}`,
  };
}

/** A class as 1 against the rest as 0, with its probabilities as scores. */
export function againstRest(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  classIndex: number,
): { readonly labels: number[]; readonly scores: number[] } {
  return {
    labels: Array.from(truth, (label) => (label === classIndex ? 1 : 0)),
    scores: Array.from(probabilities, (row) => row[classIndex]!),
  };
}

/** How well the probability of class c separates its samples from all others. */
function areaAgainstRest(truth: ArrayLike<number>, rows: readonly ArrayLike<number>[], c: number): number {
  const { labels, scores } = againstRest(truth, rows, c);
  return areaOf(placements(labels, scores));
}

/** Mean of how well the probabilities of c and of d separate the samples of these two classes. */
function againstEachOther(
  truth: ArrayLike<number>,
  rows: readonly ArrayLike<number>[],
  c: number,
  d: number,
): number {
  const kept = rows.map((_, i) => i).filter((i) => truth[i] === c || truth[i] === d);
  const labels = kept.map((i) => truth[i]!);
  const keptRows = kept.map((i) => rows[i]!);
  return (areaAgainstRest(labels, keptRows, c) + areaAgainstRest(labels, keptRows, d)) / 2;
}
