import { assertNoLeakage, type ImageIdentity } from "@covidxr/dataset";
import { checkLeakagePolicy, type LeakagePolicy, refuseLeakage } from "../leakage/refuse-leakage.js";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import { gatherRows } from "./gather-rows.js";
import type { Fold } from "./list-folds.js";

/** A fold whose other rows are learnt from or watched. */
export interface SidedFold extends Fold {
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * Looks at all folds before the first one trains, since training takes hours. Each fold is held out while the others are
 * learnt from or watched, so no two may know each other.
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
  const { origins } = images;
  if (origins !== undefined) {
    for (const repeat of new Set(folds.map((fold) => fold.repeat))) {
      const splits: Record<string, ImageIdentity[]> = {};
      for (const { fold, held } of folds.filter((own) => own.repeat === repeat)) {
        splits[`fold ${fold} of repeat ${repeat}`] = held.map((row) => origins[row]!);
      }
      assertNoLeakage(splits);
    }
  }
  for (const { training, validation } of folds) {
    if (validation.length === 0) continue;
    refuseLeakage(
      { training: gatherRows(images, training), validation: gatherRows(images, validation) },
      policy,
    );
  }
}
