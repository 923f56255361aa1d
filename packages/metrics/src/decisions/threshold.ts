import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkArray, checkNumber, checkOptions } from "@covidxr/core/internal";
import { checkBinary, checkBothClasses, checkScores } from "../checks.js";

/**
 * Predicted classes of a binary classifier: 1 where the score is above the threshold, else 0. A score that equals the threshold is
 * negative, as everywhere in this package.
 *
 * @param scores N finite scores, higher for class 1.
 * @param threshold Finite number on the scale of the scores.
 * @throws {InvalidArgumentError} on a score or threshold that is not finite.
 */
export function applyThreshold(scores: ArrayLike<number>, threshold: number): number[] {
  checkNumber("threshold", threshold);
  checkScores(scores);
  return Array.from(scores, (score) => (score > threshold ? 1 : 0));
}

/**
 * Predicted classes from rows of probabilities or other scores: the class of the highest, the first of equals.
 *
 * @param scores N rows of C scores, C of 1 or more.
 * @throws {InvalidArgumentError} on rows of unequal length, or a score that is not finite.
 */
export function mostLikelyClasses(scores: readonly ArrayLike<number>[]): number[] {
  checkArray("scores", scores);
  return Array.from(scores, (row, position) => {
    checkArray("scores", row);
    if (row.length === 0 || row.length !== scores[0]!.length) {
      throw new InvalidArgumentError({
        parameter: "scores",
        value: row.length,
        message: `expected a score for each class in every row, got ${row.length} in row ${position} and ${scores[0]!.length} in the first`,
      });
    }
    checkScores(row);
    let best = 0;
    for (let c = 1; c < row.length; c++) if (row[c]! > row[best]!) best = c;
    return best;
  });
}

/** What a threshold is chosen by. */
export type ThresholdCriterion =
  /** Highest sensitivity + specificity - 1 (Youden 1950). */
  | { readonly by: "youden" }
  /** Highest specificity among thresholds that reach a sensitivity, in (0, 1]. */
  | { readonly by: "sensitivity"; readonly atLeast: number }
  /** Least total cost of the samples' errors; both costs above 0, in one unit. */
  | { readonly by: "cost"; readonly falsePositive: number; readonly falseNegative: number };

/** A threshold, and its performance on the data it was chosen on. */
export interface ChosenThreshold {
  /** A score above it is positive. */
  readonly threshold: number;
  /** Sensitivity on the data it was chosen on, optimistic for any other. */
  readonly sensitivity: number;
  /** Specificity on the data it was chosen on, optimistic for any other. */
  readonly specificity: number;
  readonly criterion: ThresholdCriterion;
  /**
   * Predicted classes of other samples ({@link applyThreshold}).
   *
   * @throws {InvalidArgumentError} on a score that is not finite, and on the very scores the threshold was chosen on.
   */
  apply(scores: ArrayLike<number>): number[];
}

/**
 * Chooses the threshold of a binary classifier on validation data, to be used on other data.
 *
 * Candidates lie halfway between neighbouring scores; one lies below the lowest score, as far as the first lies above
 * it, and one is the highest score, so that nothing is positive. Among equally good candidates, the one of highest
 * sensitivity is chosen.
 *
 * A threshold fits the noise of its data, too, so that metrics on the same data are too optimistic (Leeflang et
 * al., "Bias in sensitivity and specificity caused by data-driven selection of optimal cutoff values", 2008). Report
 * metrics on other data: `apply` refuses the scores that the threshold was chosen on.
 *
 * @param truth N labels, 0 or 1; both must occur.
 * @param scores N finite scores, higher for class 1, two or more of them different.
 * @throws {InvalidArgumentError} on unequal lengths, a label other than 0 and 1, a score that is not finite, a missing
 *   class, equal scores or a criterion out of range.
 *
 * @example
 * ```ts
 * import { chooseThreshold } from "@covidxr/metrics";
 *
 * const truth = [0, 0, 0, 1, 1, 1];
 * const scores = [0.1, 0.3, 0.6, 0.5, 0.8, 0.9];
 * const { threshold, sensitivity, apply } = chooseThreshold(truth, scores, { by: "sensitivity", atLeast: 0.9 });
 * console.log(threshold, sensitivity); // 0.4 1
 * apply([0.35, 0.55]); // [ 0, 1 ]
 * ```
 */
export function chooseThreshold(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  criterion: ThresholdCriterion,
): ChosenThreshold {
  checkCriterion(criterion);
  checkBinary(truth, scores);
  const { positives, negatives } = checkBothClasses(truth);
  const candidates = candidatesOf(truth, scores);

  const [first, ...others] = candidates.map((candidate) => ({
    ...candidate,
    merit: meritOf(candidate, positives, negatives, criterion),
  }));
  // Thresholds fall and sensitivity rises along the candidates, so the last of equals has the highest sensitivity.
  let best = first!;
  for (const candidate of others) if (candidate.merit >= best.merit) best = candidate;

  const used = Float64Array.from(scores);
  return {
    threshold: best.threshold,
    sensitivity: best.truePositives / positives,
    specificity: (negatives - best.falsePositives) / negatives,
    criterion,
    apply(others) {
      checkArray("scores", others);
      if (
        others === scores ||
        (others.length === used.length && used.every((score, i) => score === others[i]))
      ) {
        throw new InvalidArgumentError({
          parameter: "scores",
          value: others,
          message:
            "expected other scores than those the threshold was chosen on, got the same; apply it to data that took no part in the choice",
        });
      }
      return applyThreshold(others, best.threshold);
    },
  };
}

interface Candidate {
  readonly threshold: number;
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** From the highest threshold, at which nothing is positive, to the lowest. */
function candidatesOf(truth: ArrayLike<number>, scores: ArrayLike<number>): Candidate[] {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]!,
  );
  const highest = scores[order[0]!]!;
  const lowest = scores[order.at(-1)!]!;
  if (highest === lowest) {
    throw new InvalidArgumentError({
      parameter: "scores",
      value: highest,
      message: `expected scores that differ, got ${highest} for every sample; no threshold separates them`,
    });
  }
  const candidates: Candidate[] = [{ threshold: highest, truePositives: 0, falsePositives: 0 }];
  let truePositives = 0;
  let falsePositives = 0;
  let above = highest;
  order.forEach((sample, k) => {
    if (truth[sample] === 1) truePositives++;
    else falsePositives++;
    const score = scores[sample]!;
    const next = k + 1 < order.length ? scores[order[k + 1]!]! : null;
    if (next === score) return;
    const threshold = next === null ? below(score, above) : between(next, score);
    candidates.push({ threshold, truePositives, falsePositives });
    above = score;
  });
  return candidates;
}

/** Halfway between two scores, and never as high as the higher one, which has to be above it. */
function between(low: number, high: number): number {
  const middle = low / 2 + high / 2;
  return middle >= low && middle < high ? middle : low;
}

function below(lowest: number, neighbour: number): number {
  const threshold = lowest - (neighbour / 2 - lowest / 2);
  // Half a gap may be too little to change the number; the whole one is not.
  return threshold < lowest ? threshold : lowest - (neighbour - lowest);
}

/** The higher the better; -Infinity where the criterion rules the candidate out. */
function meritOf(
  { truePositives, falsePositives }: Candidate,
  positives: number,
  negatives: number,
  criterion: ThresholdCriterion,
): number {
  switch (criterion.by) {
    case "youden":
      // Youden's index times both counts: integers, so that equal ones are equal.
      return truePositives * negatives - falsePositives * positives;
    case "sensitivity":
      return truePositives / positives >= criterion.atLeast ? -falsePositives : Number.NEGATIVE_INFINITY;
    case "cost":
      return -(
        falsePositives * criterion.falsePositive +
        (positives - truePositives) * criterion.falseNegative
      );
  }
}

function checkCriterion(criterion: ThresholdCriterion): void {
  checkArguments({ criterion }, { criterion: "object" });
  switch (criterion.by) {
    case "youden":
      checkOptions(criterion, { by: ["youden"] }, "criterion");
      break;
    case "sensitivity":
      checkOptions(criterion, { by: ["sensitivity"], atLeast: "number" }, "criterion");
      checkNumber("atLeast", criterion.atLeast, { above: 0, max: 1 });
      break;
    case "cost":
      checkOptions(
        criterion,
        { by: ["cost"], falsePositive: "number", falseNegative: "number" },
        "criterion",
      );
      checkNumber("falsePositive", criterion.falsePositive, { above: 0 });
      checkNumber("falseNegative", criterion.falseNegative, { above: 0 });
      break;
    default:
      // Of the wrong type.
      checkOptions(
        { by: (criterion as { readonly by: "youden" | "sensitivity" | "cost" }).by },
        { by: ["youden", "sensitivity", "cost"] },
      );
  }
}
