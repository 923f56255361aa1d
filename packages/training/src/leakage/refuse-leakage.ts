import { InvalidArgumentError } from "@covidxr/core";
import { assertNoLeakage, type ImageIdentity } from "@covidxr/dataset";
import type { EpochFeatures } from "../features/epoch-features.js";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import { groupEqualFeatures } from "./group-equal-features.js";

/** What is done about images that know each other on both sides of a split: nothing trains, or all goes on. */
export type LeakagePolicy = "refuse" | "allow";

/** What a run learns from, and what it watches. */
export interface WatchedSets {
  readonly training: LabelledFeatures | EpochFeatures;
  readonly validation: LabelledFeatures;
}

/**
 * Refuses validation images that share a file, a picture or a patient with training images, as far as origins tell, or
 * whose features are those of a training image bit for bit. Images without an origin go by their place, such as
 * `validation image 3` (from 0); features that are made anew in each epoch are not compared.
 *
 * @throws {LeakageError} with the splits `training` and `validation`; equal features are a leak of a picture.
 * @throws {InvalidArgumentError} on an origin without a path, with an empty patient or picture.
 */
export function refuseLeakage({ training, validation }: WatchedSets, policy: LeakagePolicy): void {
  if (policy === "allow") return;
  const learnt = identitiesOf("training", training);
  const watched = identitiesOf("validation", validation);
  const images = [...learnt, ...watched];
  const named =
    "features" in training ? images : nameEqualPictures(images, [...training.values, ...validation.values]);
  assertNoLeakage({ training: named.slice(0, learnt.length), validation: named.slice(learnt.length) });
}

/** @throws {InvalidArgumentError} on what is no policy. */
export function checkLeakagePolicy(policy: LeakagePolicy): void {
  if (policy === "refuse" || policy === "allow") return;
  throw new InvalidArgumentError({
    parameter: "leakage",
    value: policy,
    message: `expected "refuse" or "allow", got ${JSON.stringify(policy)}; leave it out to refuse`,
  });
}

function identitiesOf(set: string, { labels, origins }: LabelledFeatures | EpochFeatures): ImageIdentity[] {
  return labels.map((_, row) => origins?.[row] ?? { path: `${set} image ${row}`, patientId: null });
}

/** Gives images of equal features one picture: what one of them shows, whatever it is called, the others show. */
function nameEqualPictures(
  images: readonly ImageIdentity[],
  values: LabelledFeatures["values"],
): readonly ImageIdentity[] {
  const names = images.map(({ picture }) => picture);
  const aliases = new Map<string, string>();
  const resolve = (name: string): string => {
    let last = name;
    while (aliases.has(last)) last = aliases.get(last)!;
    return last;
  };
  for (const [place, first] of groupEqualFeatures(values).entries()) {
    if (place === first) continue;
    const name = resolve(names[first] ?? names[place] ?? images[first]!.path);
    const other = names[place] === undefined ? name : resolve(names[place]);
    if (other !== name) aliases.set(other, name);
    names[first] = name;
    names[place] = name;
  }
  return images.map((image, place) => {
    const name = names[place];
    return name === undefined ? image : { ...image, picture: resolve(name) };
  });
}
