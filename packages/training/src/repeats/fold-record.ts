import type { EpochRecord } from "../loop/train-options.js";
import type { Figures, JsonNumbers } from "./figures.js";
import type { RunEnd } from "./run-model.js";

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
  /** Images learnt from. */
  readonly trainingImages: number;
  /** Images watched for early stopping, 0 without. */
  readonly validationImages: number;
  /** Held-out images by their place in the features, ascending. */
  readonly rows: readonly number[];
  /** `[rows, units]` of the fold's model for the held-out images: float32 values. */
  readonly outputs: readonly number[];
  /** Of the held-out images. */
  readonly figures: Figures;
  /** Last line of the training history. */
  readonly lastEpoch: JsonNumbers<EpochRecord>;
  /** Wall time of the fold. */
  readonly seconds: number;
}
