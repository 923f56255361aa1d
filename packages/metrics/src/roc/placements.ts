import { checkLabels, checkSameLength, checkScores } from "../internal/checks.js";

/**
 * How each sample stands among those of the other class, which is all that the area under the curve and its variance
 * depend on. Counts are doubled, so that a tie counts 1 and everything stays a whole number: scores that order the
 * samples alike then have equal placements to the bit.
 */
export interface Placements {
  /** For each sample of class 1, in the order of `truth`: twice the samples of class 0 that score lower, ties half. */
  readonly positives: Float64Array;
  /** For each sample of class 0, in the order of `truth`: twice the samples of class 1 that score higher, ties half. */
  readonly negatives: Float64Array;
}

/**
 * Placements by one sort, in O(N log N). The same numbers as from the mid-ranks of Sun and Xu (2014): a mid-rank among
 * all samples less the one within the class is a placement.
 *
 * @param parameter Name of the scores in an error.
 */
export function placements(
  truth: ArrayLike<number>,
  scores: ArrayLike<number>,
  parameter = "scores",
): Placements {
  checkSameLength(truth, scores, parameter);
  checkLabels(truth, "truth", 2);
  checkScores(scores, parameter);
  const order = Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  const totalPositives = order.reduce((sum, i) => sum + truth[i]!, 0);

  const placementOf = new Float64Array(order.length);
  let positivesBelow = 0;
  let negativesBelow = 0;
  for (let start = 0; start < order.length; ) {
    let end = start;
    let tiedPositives = 0;
    for (; end < order.length && scores[order[end]!] === scores[order[start]!]; end++) {
      tiedPositives += truth[order[end]!]!;
    }
    const tiedNegatives = end - start - tiedPositives;
    const positivesAbove = totalPositives - positivesBelow - tiedPositives;
    for (let i = start; i < end; i++) {
      placementOf[order[i]!] =
        truth[order[i]!] === 1 ? 2 * negativesBelow + tiedNegatives : 2 * positivesAbove + tiedPositives;
    }
    positivesBelow += tiedPositives;
    negativesBelow += tiedNegatives;
    start = end;
  }
  return {
    positives: placementOf.filter((_, i) => truth[i] === 1),
    negatives: placementOf.filter((_, i) => truth[i] === 0),
  };
}

/** Share of the pairs of a positive and a negative that are ordered right. NaN without one of either. */
export function areaOf({ positives, negatives }: Placements): number {
  return positives.reduce((sum, placement) => sum + placement, 0) / (2 * positives.length * negatives.length);
}

/**
 * DeLong's variance of {@link areaOf}: that of the mean over the positives plus that of the mean over the negatives.
 * For the difference of two areas, pass the differences of their placements. NaN with fewer than two of a class.
 */
export function varianceOf({ positives, negatives }: Placements): number {
  return (
    varianceOfMean(positives) / (2 * negatives.length) ** 2 +
    varianceOfMean(negatives) / (2 * positives.length) ** 2
  );
}

function varianceOfMean(values: Float64Array): number {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1) / n;
}

/** Why an area or its variance is undefined; null when both are defined. */
export function undefinedReasonOf({ positives, negatives }: Placements): string | null {
  const sizes = [negatives.length, positives.length];
  if (Math.max(...sizes) === 0) return "there is no sample";
  const absent = sizes.indexOf(0);
  if (absent !== -1) return `no sample is of class ${absent}, so the area is undefined`;
  const single = sizes.indexOf(1);
  if (single !== -1) return `one sample only is of class ${single}, so the variance is undefined`;
  return null;
}
