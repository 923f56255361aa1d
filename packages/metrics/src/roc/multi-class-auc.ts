import { InvalidArgumentError } from "@covidxr/core";
import { checkProbabilityRows } from "../internal/probability-rows.js";
import { areaOf, placements } from "./placements.js";

/** Options of {@link multiClassAuc}. */
export interface MultiClassAucOptions {
  /**
   * "one-vs-rest": each class against all others by its own probability (Provost and Domingos 2000, each class
   * counting once); it depends on the class frequencies. "one-vs-one": each pair of classes on the samples of those
   * two, mean of ranking them by the probability of the one and of the other (Hand and Till 2001); it does not.
   */
  readonly average: "one-vs-rest" | "one-vs-one";
}

/** One class against the rest, or two against each other. */
export interface ClassComparison {
  /** One class index, or two in rising order. */
  readonly classes: readonly number[];
  /** Area under the curve, in [0, 1]; NaN where a side has no sample. */
  readonly auc: number;
}

/** Mean area under ROC curves, with the area of each comparison. */
export interface MultiClassAuc {
  /** Mean over the comparisons, in [0, 1]. NaN when one of them is. */
  readonly auc: number;
  /** Every class, or every pair of classes, in rising order. */
  readonly comparisons: ClassComparison[];
  /** Why the mean is undefined; null when it is defined. */
  readonly undefinedReason: string | null;
}

/**
 * Area under the receiver operating characteristic for C classes, as scikit-learn's `roc_auc_score` with
 * `average="macro"` and `multi_class="ovr"` or `"ovo"`. Undefined when a class has no sample.
 *
 * @param truth N class indices in [0, C).
 * @param probabilities N rows of C probabilities, C of 2 or more, each row summing to 1 within 0.001.
 * @throws {InvalidArgumentError} on unequal lengths, a class index out of range, rows that are no probabilities, or
 *   another `average`.
 */
export function multiClassAuc(
  truth: ArrayLike<number>,
  probabilities: readonly ArrayLike<number>[],
  options: MultiClassAucOptions,
): MultiClassAuc {
  const { average } = options;
  if (average !== "one-vs-rest" && average !== "one-vs-one") {
    throw new InvalidArgumentError({
      parameter: "average",
      value: average,
      message: `expected "one-vs-rest" or "one-vs-one", got ${JSON.stringify(average)}`,
    });
  }
  const classes = checkProbabilityRows(truth, probabilities);
  const indices = Array.from({ length: classes }, (_, c) => c);
  const comparisons =
    average === "one-vs-rest"
      ? indices.map((c) => ({ classes: [c], auc: againstRest(truth, probabilities, c) }))
      : indices.flatMap((c) =>
          indices
            .slice(c + 1)
            .map((d) => ({ classes: [c, d], auc: againstEachOther(truth, probabilities, c, d) })),
        );
  const supports = indices.map((c) => probabilities.reduce((sum, _, i) => sum + (truth[i] === c ? 1 : 0), 0));
  const absent = supports.indexOf(0);
  return {
    auc: comparisons.reduce((sum, { auc }) => sum + auc, 0) / comparisons.length,
    comparisons,
    undefinedReason: reasonFor(truth.length, absent),
  };
}

/** How well the probability of class c tells its samples from all others. */
function againstRest(truth: ArrayLike<number>, rows: readonly ArrayLike<number>[], c: number): number {
  const labels = Array.from(truth, (label) => (label === c ? 1 : 0));
  return areaOf(
    placements(
      labels,
      rows.map((row) => row[c]!),
    ),
  );
}

/** Mean of how well the probabilities of c and of d tell the samples of these two classes apart. */
function againstEachOther(
  truth: ArrayLike<number>,
  rows: readonly ArrayLike<number>[],
  c: number,
  d: number,
): number {
  const kept = rows.map((_, i) => i).filter((i) => truth[i] === c || truth[i] === d);
  const labels = kept.map((i) => truth[i]!);
  const keptRows = kept.map((i) => rows[i]!);
  return (againstRest(labels, keptRows, c) + againstRest(labels, keptRows, d)) / 2;
}

function reasonFor(samples: number, absent: number): string | null {
  if (samples === 0) return "there is no sample";
  return absent === -1 ? null : `no sample is of class ${absent}`;
}
