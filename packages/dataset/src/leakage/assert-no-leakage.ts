import { type Leak, LeakageError } from "@covidxr/core";
import { findLeakage } from "./find-leakage.js";
import type { ImageIdentity } from "./image-identity.js";
import { showControls } from "./show-controls.js";

/** Leaks that the message names; the error has all of them. */
const NAMED = 3;

/**
 * Refuses splits that know each other: figures of a split whose patients or pictures were learnt from are too good.
 *
 * @param split Images by name of the split; see {@link findLeakage}.
 * @throws {LeakageError} with everything that the splits share. Its message is one line whatever names hold: control
 * characters are shown as in JSON; `leaks` has the names as they are.
 * @throws {InvalidArgumentError} as {@link findLeakage}.
 *
 * @example
 * ```ts
 * import { LeakageError } from "@covidxr/core";
 * import { assertNoLeakage } from "@covidxr/dataset";
 *
 * try {
 *   assertNoLeakage({
 *     train: [{ path: "a.png", patientId: "1" }],
 *     test: [{ path: "b.png", patientId: "1" }],
 *   });
 * } catch (error) {
 *   if (error instanceof LeakageError) console.log(error.leaks[0]?.kind, error.leaks[0]?.name);
 * } // patient 1
 * ```
 */
export function assertNoLeakage(split: Readonly<Record<string, readonly ImageIdentity[]>>): void {
  const leaks = findLeakage(split);
  if (leaks.length === 0) return;
  const named = leaks.slice(0, NAMED).map(describeLeak);
  if (leaks.length > NAMED) named.push(`and ${leaks.length - NAMED} more`);
  throw new LeakageError({
    leaks,
    message:
      `expected splits that share no patient, file or picture, got ${leaks.length} ` +
      `${leaks.length === 1 ? "leak" : "leaks"}: ${named.join(", ")}; ` +
      "split by patient and remove copies, or allow leakage on purpose",
  });
}

/** Such as `patient 7 in train (2 images) and test (1)`. */
function describeLeak({ kind, name, images }: Leak): string {
  const counts = new Map<string, number>();
  for (const { split } of images) counts.set(split, (counts.get(split) ?? 0) + 1);
  const places = Array.from(counts, ([split, count], i) => {
    if (kind === "file") return split;
    return `${split} (${count}${i > 0 ? "" : count === 1 ? " image" : " images"})`;
  });
  return showControls(`${kind} ${name} in ${places.slice(0, -1).join(", ")} and ${places.at(-1)}`);
}
