import type { ImageIdentity } from "@covidxr/dataset";
import type { EpochFeatures } from "../features/epoch-features.js";
import type { FeatureArray } from "../features/feature-array.js";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import { groupEqualFeatures } from "./group-equal-features.js";

/** Images by name of what is done with them, such as `{ training, validation }`. */
export type ImageSets = Readonly<Record<string, LabelledFeatures | EpochFeatures>>;

/**
 * What is known of each image, for `assertNoLeakage`: its origin, and one picture for images whose features are equal
 * bit for bit. An image without an origin goes by its place, such as `validation image 3` (from 0); features that are made
 * anew in each epoch are not compared.
 *
 * @param sets Each with as many features, and as many origins where there are any, as labels.
 */
export function identifySets(sets: ImageSets): Record<string, ImageIdentity[]> {
  const images = Object.entries(sets).flatMap(([name, set]) => imagesOf(name, set));
  const named = nameEqualPictures(images);
  let start = 0;
  return Object.fromEntries(
    Object.entries(sets).map(([name, { labels }]) => {
      const own = named.slice(start, start + labels.length);
      start += labels.length;
      return [name, own];
    }),
  );
}

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

/** Gives images of equal features one picture: what one of them shows, whatever it is called, the others show. */
function nameEqualPictures(images: readonly Image[]): ImageIdentity[] {
  const names = images.map(({ identity }) => identity.picture);
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
    return name === undefined ? identity : { ...identity, picture: resolve(name) };
  });
}
