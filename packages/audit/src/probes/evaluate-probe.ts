import { setImmediate } from "node:timers/promises";
import { throwIfInterrupted } from "@covidxr/core/internal";
import { type Label, stratifiedGroupKFold } from "@covidxr/dataset";
import type { RgbImage } from "@covidxr/image";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { fitQuantileBins } from "./label-probes.js";
import { fitRidgeClassifier } from "./ridge.js";
import { estimateAuc, type ProbeResult } from "./verdict.js";

/** An image as probes see it. */
export interface ProbeImage {
  /** Names the pixels: equal keys, equal pixels. `prepareImages` of `@covidxr/image` gives such keys. */
  readonly key: string;
  /** The pixels at the network's size, such as 382 × 320; the same at each call. */
  pixels(): Promise<RgbImage>;
  /** Of the file, at its own size. */
  readonly fingerprint: Fingerprint;
  readonly label: Label;
  /** Dataset the image comes from. */
  readonly source: string;
  /**
   * Whose image it is; images of one name lie in one fold. An image of an unknown patient gets a name that no other has,
   * and images that show one picture must have one name, even if they are said to be of different patients:
   * `patientGroups`, given the copies, makes such names.
   */
  readonly patient: string;
  /** Whether the model trained on it or was judged by it; null for neither. */
  readonly split: "train" | "held-out" | null;
}

/** Fewest patients of a class, or of a source: one to learn from and one to score. */
export const MINIMUM_PATIENTS = 2;

/** How images are dealt into folds. */
export interface FoldOptions {
  /** Most folds to make, 2 or more. */
  readonly folds: number;
  readonly seed: number;
}

/** Patients who have images of label 0 and of label 1; one who has images of both counts twice. */
export function countPatients(
  labels: readonly number[],
  patients: readonly string[],
): readonly [number, number] {
  const withLabel = (label: number): number =>
    new Set(patients.filter((_, place) => labels[place] === label)).size;
  return [withLabel(0), withLabel(1)];
}

/**
 * Deals images into folds by patient, as many as wanted, or as many as there are patients of the rarer label where these
 * are fewer, so that every fold can have both labels.
 *
 * @returns Fold of each image; null with fewer than {@link MINIMUM_PATIENTS} patients of a label.
 */
export function dealFolds(
  labels: readonly number[],
  patients: readonly string[],
  { folds, seed }: FoldOptions,
): number[] | null {
  const fewest = Math.min(...countPatients(labels, patients));
  if (fewest < MINIMUM_PATIENTS) return null;
  return stratifiedGroupKFold(labels, { folds: Math.min(folds, fewest), seed, groups: patients });
}

/** Images that a source, and the others against it, need to be told apart. */
const MINIMUM_SOURCE_IMAGES = 10;

/** Sources that are each told from all others, where there are more than two. */
const MOST_SOURCES = 4;

/** A source to be told from the others. */
export interface SourceTarget extends ProbeTarget {
  readonly source: string;
  /** `"the other sources"`, or the name of the only other one. */
  readonly others: string;
  /** Class that the images were taken from; null for all images. */
  readonly label: ProbeImage["label"] | null;
}

/**
 * Sources that can be told from the rest, the most frequent first: those where source and rest have
 * {@link MINIMUM_SOURCE_IMAGES} images and patients enough for {@link dealFolds}. Of two sources the more frequent alone,
 * since the other is its mirror image; of more up to {@link MOST_SOURCES}.
 */
export function sourceTargets(images: readonly ProbeImage[], options: FoldOptions): SourceTarget[] {
  const all = images.map((_, place) => place);
  return targetsAmong(images, all, null, options);
}

/**
 * The same among the images of one class, so that the label cannot help: the class in which two sources at least can be
 * told apart, of both the one whose second most frequent source has more images. None where there is no such class.
 */
export function sourceTargetsWithinClass(
  images: readonly ProbeImage[],
  options: FoldOptions,
): SourceTarget[] {
  const classes = ([0, 1] as const).map((label) => {
    const members = images.flatMap((image, place) => (image.label === label ? [place] : []));
    const counts = countSources(images, members);
    return { label, members, second: counts[1]?.count ?? 0 };
  });
  const [negative, positive] = classes;
  const { label, members, second } = positive!.second > negative!.second ? positive! : negative!;
  return second < MINIMUM_SOURCE_IMAGES ? [] : targetsAmong(images, members, label, options);
}

function targetsAmong(
  images: readonly ProbeImage[],
  members: readonly number[],
  label: ProbeImage["label"] | null,
  options: FoldOptions,
): SourceTarget[] {
  const counts = countSources(images, members);
  const patients = members.map((member) => images[member]!.patient);
  const usable = counts.flatMap(({ source, count }) => {
    if (Math.min(count, members.length - count) < MINIMUM_SOURCE_IMAGES) return [];
    const labels = members.map((member) => (images[member]!.source === source ? 1 : 0));
    const foldOf = dealFolds(labels, patients, options);
    return foldOf === null ? [] : [{ source, labels, foldOf }];
  });
  return usable.slice(0, counts.length === 2 ? 1 : MOST_SOURCES).map(({ source, labels, foldOf }) => ({
    source,
    others:
      counts.length === 2 ? counts.find((other) => other.source !== source)!.source : "the other sources",
    label,
    members,
    labels,
    foldOf,
  }));
}

/** Most frequent first; of equally frequent ones, the one that comes first among the images. */
function countSources(
  images: readonly ProbeImage[],
  members: readonly number[],
): { readonly source: string; readonly count: number }[] {
  const counts = new Map<string, number>();
  for (const member of members) {
    const { source } = images[member]!;
    counts.set(source, (counts.get(source) ?? 0) + 1);
  }
  return [...counts].map(([source, count]) => ({ source, count })).sort((a, b) => b.count - a.count);
}

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
