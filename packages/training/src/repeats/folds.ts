import { InvalidArgumentError, type Rng } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { assertNoLeakage } from "@covidxr/dataset";
import { balanceHoldOut, gatherGroups } from "@covidxr/dataset/cohort-internal";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import type { LabelledFeatures } from "../features/labelled-features.js";
import { identifySets, type LeakagePolicy } from "../features/leakage.js";
import type { RunEnd } from "./runs.js";
import type { Metrics } from "./scores.js";

/** Place of a fold in a cross-validation. */
export interface FoldPlace {
  /** Number of the repeat, from 0. */
  readonly repeat: number;
  /** Number of the fold, from 0. */
  readonly fold: number;
  /** Seed of the repeat, which all its folds share. */
  readonly seed: number;
}

/** A finished fold. Plain data that survives JSON: what is not a number there is `null`. */
export interface FoldRecord extends FoldPlace, RunEnd {
  /** Images trained on. */
  readonly trainingImages: number;
  /** Validation images of early stopping, 0 without. */
  readonly validationImages: number;
  /** Held-out images by their place in the features, ascending. */
  readonly rows: readonly number[];
  /** `[rows, units]` of the fold's model for the held-out images: float32 values. */
  readonly outputs: readonly number[];
  /** Of the held-out images. */
  readonly metrics: Metrics;
}

/** One pass of a cross-validation over all images. */
export interface Repeat {
  /** Seed of the pass: starting weights, order of images, dropout. */
  readonly seed: number;
  /** Fold of each image, 0 … k-1, none of them empty. */
  readonly folds: readonly number[];
}

/** A fold to do. */
export interface Fold extends FoldPlace {
  /** Rows that are held out. */
  readonly held: readonly number[];
  /** All other rows. */
  readonly rest: readonly number[];
}

/**
 * Folds of all repeats, in order.
 *
 * @throws {InvalidArgumentError} without repeats, and on folds of another number than images, fewer than two,
 * or with a gap in their numbers.
 */
export function listFolds(images: number, repeats: readonly Repeat[]): Fold[] {
  checkArguments({ repeats }, { repeats: "objects" });
  if (repeats.length === 0) throw invalid(0, "expected at least one repeat, got none");
  return repeats.flatMap(({ seed, folds }, repeat) => {
    checkArguments({ seed, folds }, { seed: "number", folds: "array" });
    if (folds.length !== images) {
      throw invalid(
        folds.length,
        `expected the fold of each of ${images} images, got ${folds.length} in repeat ${repeat}`,
      );
    }
    const numbers = [...new Set(folds)].sort((a, b) => a - b);
    if (numbers.length < 2 || numbers.some((number, place) => number !== place)) {
      throw invalid(
        numbers,
        `expected at least two folds, numbered from 0 without a gap, got [${numbers.slice(0, 10)}] in repeat ${repeat}`,
      );
    }
    return numbers.map((fold) => ({
      repeat,
      fold,
      seed,
      held: rowsWhere(folds, (own) => own === fold),
      rest: rowsWhere(folds, (own) => own !== fold),
    }));
  });
}

function rowsWhere(folds: readonly number[], accept: (fold: number) => boolean): number[] {
  return folds.flatMap((fold, row) => (accept(fold) ? [row] : []));
}

function invalid(value: unknown, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter: "repeats", value, message });
}

/**
 * Finds the records of folds that are done.
 *
 * @returns By fold, for those that have one.
 * @throws {InvalidArgumentError} on a record of another cross-validation: no such fold, another seed, other
 * held-out rows, outputs that do not fit, or two for one fold.
 */
export function completedFolds<Own extends Fold>(
  folds: readonly Own[],
  completed: readonly FoldRecord[],
): Map<Own, FoldRecord> {
  const places = new Map(folds.map((fold) => [`${fold.repeat} ${fold.fold}`, fold]));
  const found = new Map<Own, FoldRecord>();
  for (const record of completed) {
    const refuse = (what: string): never => {
      throw new InvalidArgumentError({
        parameter: "completed",
        value: { repeat: record.repeat, fold: record.fold, seed: record.seed },
        message: `expected records of this cross-validation, got ${what} for fold ${record.fold} of repeat ${record.repeat}; leave it out`,
      });
    };
    const own = places.get(`${record.repeat} ${record.fold}`) ?? refuse("one too many");
    const { seed, held } = own;
    const { rows, outputs } = record;
    if (found.has(own)) refuse("two");
    if (record.seed !== seed) refuse(`seed ${record.seed} instead of ${seed}`);
    if (rows.length !== held.length || rows.some((row, i) => row !== held[i])) refuse("other held-out rows");
    if (outputs.length === 0 || outputs.length % rows.length !== 0 || !outputs.every(Number.isFinite)) {
      refuse(`${outputs.length} outputs for ${rows.length} images, or some that are no numbers,`);
    }
    found.set(own, record);
  }
  return found;
}

/** A fold whose other rows are split into training and validation. */
export interface SidedFold extends Fold {
  readonly training: readonly number[];
  readonly validation: readonly number[];
}

/**
 * Looks at all folds before the first one trains, since training takes hours. Each fold is held out while the others
 * train or validate, so no two may be related: by their origins, or by features that are equal bit for bit.
 * Images without an origin go by their row, such as `image 3` (from 0).
 *
 * @throws {LeakageError} with splits such as `fold 2 of repeat 0`, or `training` and `validation`.
 */
export function refuseLeakingFolds(
  images: LabelledFeatures,
  folds: readonly SidedFold[],
  policy: LeakagePolicy = "refuse",
): void {
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

/** Training images held out for validation, as early stopping needs them. */
export interface ValidationShare {
  /** Share of each class's training images, between 0 and 1; met as nearly as the groups allow. */
  readonly share: number;
  /**
   * Group of every image, such as its patient; none is on both sides.
   * @defaultValue each image is a group of its own
   */
  readonly groups?: readonly (string | number)[];
}

/**
 * Splits rows in two: groups come in random order, and one is held out when that brings the classes' shares, in
 * least squares, nearer to what is asked for.
 *
 * @param rows Which rows to split; `labels` and `groups` are of all rows.
 * @returns Both sides in the order of `rows`.
 * @throws {InvalidArgumentError} on a share out of range, or one that leaves a side empty.
 */
export function holdOutGroups(
  rows: readonly number[],
  labels: readonly number[],
  validation: ValidationShare,
  rng: Rng,
): { training: number[]; validation: number[] } {
  checkArguments({ rows, labels, rng }, { rows: "numbers", labels: "numbers", rng: "object" });
  checkArguments({ "rng.permutation": rng.permutation }, { "rng.permutation": "function" });
  checkOptions(validation, { share: "number", groups: "array?" }, "validation");
  const { share, groups } = validation;
  const refuse = (message: string): never => {
    throw new InvalidArgumentError({ parameter: "validation", value: share, message });
  };
  if (!(share > 0 && share < 1)) refuse(`expected a share between 0 and 1, got ${share}`);
  if (groups !== undefined && groups.length !== labels.length) {
    refuse(`expected a group for each of ${labels.length} images, got ${groups.length}`);
  }
  const candidates = gatherGroups(
    rows.map((row) => labels[row]!),
    rows.map((row) => (groups === undefined ? row : groups[row]!)),
  );
  const order = [...rng.permutation(candidates.length)].map((index) => candidates[index]!);
  const taken = balanceHoldOut(
    order.map(({ counts }) => counts),
    share,
  );
  const held = new Set(
    order.flatMap((group, i) => (taken[i] ? group.rows.map((place) => rows[place]!) : [])),
  );
  if (held.size === 0 || held.size === rows.length) {
    refuse(
      `expected a share that leaves images on both sides, got ${share}, which holds out ${held.size} of ` +
        `${rows.length} in ${candidates.length} groups; change it`,
    );
  }
  return {
    training: rows.filter((row) => !held.has(row)),
    validation: rows.filter((row) => held.has(row)),
  };
}

/** Some of the images, in the order of `rows`. */
export function gatherRows(
  { values, labels, origins }: LabelledFeatures,
  rows: readonly number[],
): LabelledFeatures {
  return {
    values: rows.map((row) => values[row]!),
    labels: rows.map((row) => labels[row]!),
    ...(origins && { origins: rows.map((row) => origins[row]!) }),
  };
}
