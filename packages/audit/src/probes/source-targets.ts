import { dealFolds, type FoldOptions } from "./deal-folds.js";
import type { ProbeTarget } from "./evaluate-probe.js";
import type { ProbeImage } from "./probe-image.js";

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
