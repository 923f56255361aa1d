import { throwIfInterrupted } from "@covidxr/core/internal";
import { stratifiedGroupKFold } from "@covidxr/dataset/cohort";
import type { Label } from "@covidxr/dataset/internal";
import type { RgbImage } from "@covidxr/image";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { nextTurn } from "../next-turn.js";
import { fitQuantileBins } from "./label-probes.js";
import { fitRidgeClassifier } from "./ridge.js";
import { estimateAuc, type ProbeResult } from "./verdict.js";

/** An image for the probes. */
export interface ProbeImage {
  /** Identifies the pixels: equal keys, equal pixels. `prepareImages` of `@covidxr/image` gives such keys. */
  readonly key: string;
  /** Loads the pixels at network size; the same at each call. */
  pixels(): Promise<RgbImage>;
  /** Of the file at full size. */
  readonly fingerprint: Fingerprint;
  readonly label: Label;
  /** Dataset the image comes from. */
  readonly source: string;
  /**
   * Group of the image: images of one group stay in one fold. An image of an unknown patient needs a group of its own, and
   * copies of one image must share a group even if recorded for different patients: {@link patientGroups}, given the
   * copies, names such groups.
   */
  readonly patient: string;
  /** Whether the model was trained or evaluated on it; null for neither. */
  readonly split: "train" | "held-out" | null;
}

/** Fewest patients of a class or source: one to fit and one to score. */
export const MINIMUM_PATIENTS = 2;

/** How images are split into folds. */
export interface FoldOptions {
  /** Most folds to make, 2 or more. */
  readonly folds: number;
  readonly seed: number;
}

/** Number of patients with images of label 0 and of label 1; a patient with both counts twice. */
export function countPatients(
  labels: readonly number[],
  patients: readonly string[],
): readonly [number, number] {
  const withLabel = (label: number): number =>
    new Set(patients.filter((_, place) => labels[place] === label)).size;
  return [withLabel(0), withLabel(1)];
}

/**
 * Splits images into folds by patient: as many as requested, or as there are patients of the rarer label if fewer, so that
 * every fold can have both labels.
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

/** Fewest images of a source, and of the others, for a source probe. */
const MINIMUM_SOURCE_IMAGES = 10;

/** Most sources that are each distinguished from all others. */
const MOST_SOURCES = 4;

/** A source to distinguish from the others. */
export interface SourceTarget extends ProbeTarget {
  readonly source: string;
  /** `"the other sources"`, or the name of the only other one. */
  readonly others: string;
  /** Class of the images; null for all images. */
  readonly label: ProbeImage["label"] | null;
}

/**
 * Sources to distinguish from the rest, the most frequent first: those where source and rest have
 * {@link MINIMUM_SOURCE_IMAGES} images and enough patients for {@link dealFolds}. Of two sources only the more frequent,
 * since the other gives the same; of more up to {@link MOST_SOURCES}.
 */
export function sourceTargets(images: readonly ProbeImage[], options: FoldOptions): SourceTarget[] {
  const all = images.map((_, place) => place);
  return targetsAmong(images, all, null, options);
}

/**
 * The same among the images of one class, so that the label cannot help: the class with at least two sources of enough
 * images; of both, the one whose second most frequent source has more. None if there is no such class.
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

/** Most frequent first; ties in the order of the images. */
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

/** What a probe predicts, and for which images. */
export interface ProbeTarget {
  /** Indices of the images among all. */
  readonly members: readonly number[];
  /** Label of each member, 0 or 1; both occur. */
  readonly labels: readonly number[];
  /** Fold of each member. */
  readonly foldOf: readonly number[];
}

/** Features of all images, in their order. */
export interface ProbeFeatures {
  readonly vectors: readonly ArrayLike<number>[];
  /** Whether to append quantile bins of the features. */
  readonly binned: boolean;
}

/**
 * Evaluates a linear probe: all members by fits to the other folds, pooled; and the held-out members by a fit to the
 * training ones, where both have both classes. Scores can be pooled because balanced class weights put the middle between
 * the classes at 0 in each fold.
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
    // Lets a signal arrive between fits.
    await nextTurn();
    throwIfInterrupted(signal, "running probes");
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
