export {
  chooseEngine,
  createEngine,
  type EngineChoice,
  type EngineName,
  type EngineOptions,
} from "./engine/create-engine.js";
export type { Batch, StepResult, TrainingEngine, Weights } from "./engine/engine.js";
export { resolveTfjsBackend, type TfjsBackend, type TfjsPackage } from "./engine/tfjs-engine.js";
export { calibrateBackbone } from "./features/calibrate-backbone.js";
export { streamedFeatures, variantFeatures } from "./features/epoch-features.js";
export {
  type ExtractFeaturesOptions,
  extractFeatures,
  type FeatureSource,
  type Features,
} from "./features/extract-features.js";
export { asFloats, type FeatureArray, type FeaturePrecision } from "./features/feature-array.js";
export {
  createFeatureExtractor,
  type FeatureExtractor,
  type ModelSplit,
  splitModel,
} from "./features/feature-extractor.js";
export type { EpochFeatures, LabelledFeatures } from "./features/labelled-features.js";
export { removeCheckpoints } from "./loop/checkpoints.js";
export type { EarlyStoppingOptions } from "./loop/early-stopping.js";
export { type Evaluation, evaluate, predict, type Scores, scoreOutputs } from "./loop/evaluate.js";
export { train } from "./loop/train.js";
export type { EpochRecord, TrainingResult, TrainOptions } from "./loop/train-options.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export type { Optimizer } from "./optimizers/optimizer.js";
export {
  constantSchedule,
  cosineSchedule,
  type LearningRateSchedule,
  stepSchedule,
  withWarmUp,
} from "./optimizers/schedules.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export { type CrossValidateOptions, type CrossValidation, crossValidate } from "./repeats/cross-validate.js";
export { type FoldRecord, holdOutGroups } from "./repeats/folds.js";
export {
  type RepeatSeedsOptions,
  repeatSeeds,
  type SeedRecord,
  type SeedRepeats,
} from "./repeats/repeat-seeds.js";
export type { Score } from "./repeats/scores.js";
