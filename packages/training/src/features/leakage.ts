import { InvalidArgumentError } from "@covidxr/core";
import { assertNoLeakage } from "@covidxr/dataset";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import type { FeatureArray } from "./feature-array.js";
import type { EpochFeatures, LabelledFeatures } from "./labelled-features.js";

/** What happens when related images are on both sides of a split: an error before training, or nothing. */
export type LeakagePolicy = "refuse" | "allow";

/**
 * Refuses sets, such as `{ training, validation }`, of which two share a file, an image or a patient according to their
 * origins, or features bit for bit; see {@link identifySets}.
 *
 * @param sets At least two.
 * @throws {LeakageError} with the names of the sets as splits; equal features are a leak of an image.
 * @throws {InvalidArgumentError} on an origin without a path, or with an empty patient or `imageId`.
 */
export function refuseLeakage(sets: ImageSets, policy: LeakagePolicy): void {
  if (policy === "allow") return;
  assertNoLeakage(identifySets(sets));
}

/**
 * Refuses images that all have the same features: of those nothing can be learnt, and they would pass for copies of one
 * image. A network whose units are dead gives them, or one that was fed something else than images.
 *
 * @throws {InvalidArgumentError}
 */
export function refuseDeadFeatures(parameter: string, images: LabelledFeatures | EpochFeatures): void {
  if ("features" in images || images.values.length < 2) return;
  const [first, ...others] = images.values.map(wordsOf);
  if (others.some((own) => !areEqual(first!, own))) return;
  const areZero = isZero(first!);
  throw new InvalidArgumentError({
    parameter,
    value: areZero ? 0 : images.values[0],
    message:
      `expected features that differ from image to image, got the same ${areZero ? "zeros" : "values"} for all ` +
      `${images.values.length} images; the frozen layers tell nothing apart: check their weights and the preprocessing`,
  });
}

/** Images by name of what is done with them, such as `{ training, validation }`. */
export type ImageSets = Readonly<Record<string, LabelledFeatures | EpochFeatures>>;

/**
 * What is known of each image, for `assertNoLeakage`: its origin, and one `imageId` for images whose features are equal
 * bit for bit. An image without an origin goes by its place, such as `validation image 3` (from 0); features that are made
 * anew in each epoch are not compared.
 *
 * @param sets Each with as many features, and as many origins where there are any, as labels.
 */
export function identifySets(sets: ImageSets): Record<string, ImageIdentity[]> {
  const images = Object.entries(sets).flatMap(([name, set]) => imagesOf(name, set));
  refuseEmptyFeatures(sets);
  const named = nameEqualImages(images);
  let start = 0;
  return Object.fromEntries(
    Object.entries(sets).map(([name, { labels }]) => {
      const own = named.slice(start, start + labels.length);
      start += labels.length;
      return [name, own];
    }),
  );
}

/**
 * Refuses features that are all 0 where they would pass for one image in several sets, or folds: the network gives nothing
 * for such images.
 */
function refuseEmptyFeatures(sets: ImageSets): void {
  const empty = Object.entries(sets).map(([name, set]) => ({
    name,
    rows: "features" in set ? [] : [...set.values.keys()].filter((row) => isZero(wordsOf(set.values[row]!))),
  }));
  const concerned = empty.filter(({ rows }) => rows.length > 0);
  const isShared = empty.length === 1 ? concerned.some(({ rows }) => rows.length > 1) : concerned.length > 1;
  if (!isShared) return;
  const count = concerned.reduce((sum, { rows }) => sum + rows.length, 0);
  const shown = concerned.flatMap(({ name, rows }) => rows.slice(0, 2).map((row) => `${name} image ${row}`));
  throw new InvalidArgumentError({
    parameter: concerned[0]!.name,
    value: 0,
    message:
      `expected features that tell images apart, got nothing but zeros for ${count} images, such as ${shown.slice(0, 3).join(", ")}; ` +
      "check the weights of the frozen layers and the preprocessing, or leave these images out",
  });
}

const isZero = (words: Uint32Array | Uint16Array): boolean => words.every((word) => word === 0);

interface Image {
  readonly identity: ImageIdentity;
  /** `undefined` where they change from epoch to epoch. */
  readonly features: FeatureArray | undefined;
}

function imagesOf(name: string, set: LabelledFeatures | EpochFeatures): Image[] {
  return set.labels.map((_, row) => ({
    identity: set.origins?.[row] ?? { path: `${name} image ${row}`, patientId: null },
    features: "features" in set ? undefined : set.values[row],
  }));
}

/** Gives images of equal features one `imageId`, whatever their origins call them. */
function nameEqualImages(images: readonly Image[]): ImageIdentity[] {
  const names = images.map(({ identity }) => identity.imageId);
  const aliases = new Map<string, string>();
  const resolve = (name: string): string => {
    let last = name;
    while (aliases.has(last)) last = aliases.get(last)!;
    return last;
  };
  const compared = images.flatMap(({ features }, place) => (features ? [{ features, place }] : []));
  for (const [i, firstOf] of groupEqualFeatures(compared.map(({ features }) => features)).entries()) {
    if (i === firstOf) continue;
    const place = compared[i]!.place;
    const first = compared[firstOf]!.place;
    const name = resolve(names[first] ?? names[place] ?? images[first]!.identity.path);
    const other = names[place] === undefined ? name : resolve(names[place]);
    if (other !== name) aliases.set(other, name);
    names[first] = name;
    names[place] = name;
  }
  return images.map(({ identity }, place) => {
    const name = names[place];
    return name === undefined ? identity : { ...identity, imageId: resolve(name) };
  });
}

/** Values of an image that are looked at before all of them are. */
const SAMPLE = 256;

/**
 * Puts images together whose features are equal bit for bit: float32 and float16 never are.
 *
 * @returns For each image the place of the first that is equal to it, which may be its own.
 */
export function groupEqualFeatures(values: readonly FeatureArray[]): number[] {
  const buckets = new Map<number, number[]>();
  const words = values.map(wordsOf);
  return words.map((own, place) => {
    const hash = hashOfSample(own);
    const firsts = buckets.get(hash);
    if (firsts === undefined) {
      buckets.set(hash, [place]);
      return place;
    }
    const equal = firsts.find((first) => areEqual(words[first]!, own));
    if (equal === undefined) firsts.push(place);
    return equal ?? place;
  });
}

/** The bits, so that NaN equals itself. */
function wordsOf(values: FeatureArray): Uint32Array | Uint16Array {
  return values instanceof Float32Array
    ? new Uint32Array(values.buffer, values.byteOffset, values.length)
    : values;
}

/** FNV-1a (Fowler, Noll, Vo 1991) over words instead of bytes, of values that are evenly spread over the image. */
function hashOfSample(words: Uint32Array | Uint16Array): number {
  const { imul } = Math;
  const length = words.length;
  const step = Math.max(1, Math.floor(length / SAMPLE));
  let hash = 0x811c9dc5;
  for (let i = 0; i < length; i += step) hash = imul(hash ^ words[i]!, 0x01000193);
  return hash;
}

function areEqual(a: Uint32Array | Uint16Array, b: Uint32Array | Uint16Array): boolean {
  const length = a.length;
  if (b.length !== length || a.BYTES_PER_ELEMENT !== b.BYTES_PER_ELEMENT) return false;
  for (let i = 0; i < length; i++) if (a[i] !== b[i]) return false;
  return true;
}
