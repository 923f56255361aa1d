import { InvalidArgumentError } from "@covidxr/core";
import { assertNoLeakage } from "@covidxr/dataset";
import { type ImageSets, identifySets } from "./identify-sets.js";

/** What is done about images that know each other on both sides of a split: nothing trains, or all goes on. */
export type LeakagePolicy = "refuse" | "allow";

/**
 * Refuses sets, such as `{ training, validation }`, of which two share a file, a picture or a patient, as far as origins tell,
 * or features bit for bit; see {@link identifySets}.
 *
 * @param sets At least two.
 * @throws {LeakageError} with the names of the sets as splits; equal features are a leak of a picture.
 * @throws {InvalidArgumentError} on an origin without a path, with an empty patient or picture.
 */
export function refuseLeakage(sets: ImageSets, policy: LeakagePolicy): void {
  if (policy === "allow") return;
  assertNoLeakage(identifySets(sets));
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
