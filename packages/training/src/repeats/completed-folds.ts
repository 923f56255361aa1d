import { InvalidArgumentError } from "@covidxr/core";
import type { FoldRecord } from "./fold-record.js";
import type { Fold } from "./list-folds.js";

/**
 * Finds the records of folds that are done.
 *
 * @returns One entry for each of `folds`, `undefined` where there is no record.
 * @throws {InvalidArgumentError} on a record of another cross-validation: no such fold, another seed, other
 * held-out rows, outputs that do not fit, or two for one fold.
 */
export function completedFolds(
  folds: readonly Fold[],
  completed: readonly FoldRecord[],
): (FoldRecord | undefined)[] {
  const places = new Map(folds.map(({ repeat, fold }, index) => [`${repeat} ${fold}`, index]));
  const found = new Array<FoldRecord | undefined>(folds.length).fill(undefined);
  for (const record of completed) {
    const refuse = (what: string): never => {
      throw new InvalidArgumentError({
        parameter: "completed",
        value: { repeat: record.repeat, fold: record.fold, seed: record.seed },
        message: `expected records of this cross-validation, got ${what} for fold ${record.fold} of repeat ${record.repeat}; leave it out`,
      });
    };
    const index = places.get(`${record.repeat} ${record.fold}`) ?? refuse("one too many");
    const { seed, held } = folds[index]!;
    const { rows, outputs } = record;
    if (found[index] !== undefined) refuse("two");
    if (record.seed !== seed) refuse(`seed ${record.seed} instead of ${seed}`);
    if (rows.length !== held.length || rows.some((row, i) => row !== held[i])) refuse("other held-out rows");
    if (outputs.length === 0 || outputs.length % rows.length !== 0 || !outputs.every(Number.isFinite)) {
      refuse(`${outputs.length} outputs for ${rows.length} images, or some that are no numbers,`);
    }
    found[index] = record;
  }
  return found;
}
