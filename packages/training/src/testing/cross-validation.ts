import { scoreOutputs } from "../loop/evaluate.js";
import { sgd } from "../optimizers/sgd.js";
import type { CrossValidateOptions } from "../repeats/cross-validate.js";
import type { Score } from "../repeats/scores.js";
import { separableFeatures } from "./separable-features.js";
import { smallModel } from "./small-model.js";

/** A small cross-validation: 18 images, a repeat of three folds and one of two. */
export const images = separableFeatures(18, 1);
export const rows = images.labels.map((_, row) => row);
export const repeats = [
  { seed: 5, folds: rows.map((row) => row % 3) },
  { seed: 6, folds: rows.map((row) => Math.floor(row / 9)) },
];

export const optimizer = () => sgd({ learningRate: 0.05, momentum: 0.9 });
export const accuracy: Score = (labels, outputs) => ({ accuracy: scoreOutputs(outputs, labels).accuracy });

export const foldOptions = (changes: Partial<CrossValidateOptions> = {}): CrossValidateOptions => ({
  images,
  repeats,
  model: () => smallModel(),
  train: () => ({ epochs: 2, batchSize: 8, optimizer: optimizer() }),
  score: accuracy,
  clock: () => 0,
  ...changes,
});
