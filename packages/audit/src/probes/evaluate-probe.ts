import { setImmediate } from "node:timers/promises";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { estimateAuc } from "./estimate-auc.js";
import { fitQuantileBins } from "./features/quantile-bins.js";
import type { ProbeImage } from "./probe-image.js";
import type { ProbeResult } from "./probe-result.js";
import { fitRidgeClassifier } from "./ridge/fit-ridge-classifier.js";

/** What a probe predicts, and of which images. */
export interface ProbeTarget {
  /** Places of the images among all. */
  readonly members: readonly number[];
  /** What each member is, 0 or 1; both occur. */
  readonly labels: readonly number[];
  /** Fold of each member. */
  readonly foldOf: readonly number[];
}

/** Features of all images, in their order. */
export interface ProbeFeatures {
  readonly vectors: readonly ArrayLike<number>[];
  /** Whether to cut the features into quantile bins, too. */
  readonly binned: boolean;
}

/**
 * Scores of a linear probe: of every member by a fit to the other folds, pooled over the folds; and of the held-out
 * members by a fit to the training ones, where both have both classes. Pooling is fair because balanced classes put the
 * middle between the classes at 0 in each fold.
 *
 * @throws {InterruptedError} when `signal` fires.
 */
export async function evaluateProbe(
  { members, labels, foldOf }: ProbeTarget,
  features: ProbeFeatures,
  splits: readonly ProbeImage["split"][],
  signal: AbortSignal | undefined,
): Promise<Pick<ProbeResult, "outOfFold" | "heldOut">> {
  const rows = members.map((member) => features.vectors[member]!);
  const fitAndScore = async (fitted: readonly number[], scored: readonly number[]): Promise<number[]> => {
    // A pause, so that a signal can arrive between fits.
    await setImmediate();
    throwIfInterrupted(signal, "probing");
    const expand = features.binned ? fitQuantileBins(pick(rows, fitted)) : asItIs;
    const classifier = fitRidgeClassifier(pick(rows, fitted).map(expand), pick(labels, fitted));
    return scored.map((place) => classifier.score(expand(rows[place]!)));
  };

  const scores = new Float64Array(members.length);
  for (const fold of new Set(foldOf)) {
    const inside = placesWhere(foldOf, (other) => other === fold);
    const outside = placesWhere(foldOf, (other) => other !== fold);
    for (const [i, score] of (await fitAndScore(outside, inside)).entries()) scores[inside[i]!] = score;
  }
  const outOfFold = estimateAuc(labels, scores);

  const train = placesWhere(members, (member) => splits[member] === "train");
  const held = placesWhere(members, (member) => splits[member] === "held-out");
  if (![train, held].every((places) => new Set(pick(labels, places)).size === 2)) {
    return { outOfFold, heldOut: null };
  }
  return { outOfFold, heldOut: estimateAuc(pick(labels, held), await fitAndScore(train, held)) };
}

function asItIs(row: ArrayLike<number>): ArrayLike<number> {
  return row;
}

function pick<T>(items: readonly T[], places: readonly number[]): T[] {
  return places.map((place) => items[place]!);
}

function placesWhere<T>(items: readonly T[], is: (item: T) => boolean): number[] {
  return items.flatMap((item, place) => (is(item) ? [place] : []));
}
