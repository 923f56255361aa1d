export { createEngine } from "./engine/create-engine.js";
export type { TrainingEngine } from "./engine/engine.js";
export { calibrateBackbone } from "./features/calibrate-backbone.js";
export { streamedFeatures, variantFeatures } from "./features/epoch-features.js";
export { extractFeatures, type FeatureSource, type Features } from "./features/extract-features.js";
export type { FeatureArray } from "./features/feature-array.js";
export { createFeatureExtractor, type FeatureExtractor, splitModel } from "./features/feature-extractor.js";
export type { LabelledFeatures } from "./features/labelled-features.js";
export { evaluate, predict } from "./loop/evaluate.js";
export { train } from "./loop/train.js";
export type { EpochRecord, TrainingResult, TrainOptions } from "./loop/train-options.js";
export { adam } from "./optimizers/adam.js";
export type { Optimizer } from "./optimizers/optimizer.js";
export {
  cosineSchedule,
  type LearningRateSchedule,
  stepSchedule,
  withWarmUp,
} from "./optimizers/schedules.js";
export { sgd } from "./optimizers/sgd.js";
export { type CrossValidation, crossValidate } from "./repeats/cross-validate.js";
export type { FoldRecord } from "./repeats/folds.js";
export { repeatSeeds } from "./repeats/repeat-seeds.js";
