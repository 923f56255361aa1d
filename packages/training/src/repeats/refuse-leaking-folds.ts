import { assertNoLeakage, type ImageIdentity } from "@covidxr/dataset";
import { identifySets } from "../leakage/identify-sets.js";
import { checkLeakagePolicy, type LeakagePolicy } from "../leakage/refuse-leakage.js";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import type { Fold } from "./list-folds.js";

/** A fold whose other rows are learnt from or watched. */
export interface SidedFold extends Fold {
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * Looks at all folds before the first one trains, since training takes hours. Each fold is held out while the others are
 * learnt from or watched, so no two may know each other: by their origins, or by features that are equal bit for bit.
 * Images without an origin go by their row, such as `image 3` (from 0).
 *
 * @throws {LeakageError} with splits such as `fold 2 of repeat 0`, or `training` and `validation`.
 */
export function refuseLeakingFolds(
  images: LabelledFeatures,
  folds: readonly SidedFold[],
  policy: LeakagePolicy = "refuse",
): void {
  checkLeakagePolicy(policy);
  if (policy === "allow") return;
  const origins =
    images.origins ?? images.labels.map((_, row) => ({ path: `image ${row}`, patientId: null }));
  // Once for all folds: features are large.
  const identities = identifySets({ images: { ...images, origins } }).images!;
  const pick = (rows: readonly number[]) => rows.map((row) => identities[row]!);
  for (const repeat of new Set(folds.map((fold) => fold.repeat))) {
    const splits: Record<string, ImageIdentity[]> = {};
    for (const { fold, held } of folds.filter((own) => own.repeat === repeat)) {
      splits[`fold ${fold} of repeat ${repeat}`] = pick(held);
    }
    assertNoLeakage(splits);
  }
  for (const { training, validation } of folds) {
    if (validation.length > 0) {
      assertNoLeakage({ training: pick(training), validation: pick(validation) });
    }
  }
}
