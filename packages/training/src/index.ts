export { removeCheckpoints } from "./checkpoints/checkpoint-folder.js";
export { balancedClassWeights, sampleWeightsOf } from "./classes/class-weights.js";
export {
  chooseEngine,
  createEngine,
  type EngineChoice,
  type EngineName,
  type EngineOptions,
} from "./engine/create-engine.js";
export type { Batch, StepResult, TrainingEngine, Weights } from "./engine/engine.js";
export { resolveTfjsBackend, type TfjsBackend, type TfjsPackage } from "./engine/tfjs-engine.js";
export { evaluate } from "./evaluation/evaluate.js";
export { predict } from "./evaluation/predict.js";
export { type Evaluation, scoreOutputs } from "./evaluation/score-outputs.js";
export { type EpochFeatures, streamedFeatures, variantFeatures } from "./features/epoch-features.js";
export {
  type ExtractFeaturesOptions,
  extractFeatures,
  type FeatureProgress,
  type FeatureSource,
  type Features,
} from "./features/extract-features.js";
export { asFloats, type FeatureArray, type FeaturePrecision, toHalf } from "./features/feature-array.js";
export { createFeatureExtractor, type FeatureExtractor } from "./features/feature-extractor.js";
export { type ModelSplit, splitModel } from "./features/split-model.js";
export { type ClipOptions, clipGradients } from "./gradients/clip-gradients.js";
export { type CalibrateOptions, calibrateBackbone } from "./initialisation/calibrate-backbone.js";
export type { LeakagePolicy } from "./leakage/refuse-leakage.js";
export type { LabelledFeatures } from "./loop/labelled-features.js";
export { train } from "./loop/train.js";
export type {
  CheckpointOptions,
  EpochRecord,
  Resumption,
  StepProgress,
  TrainingResult,
  TrainOptions,
} from "./loop/train-options.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export type { Optimizer, OptimizerState } from "./optimizers/optimizer.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
export type { WeightDecayOptions } from "./optimizers/weight-decay.js";
export {
  type CrossValidateOptions,
  type CrossValidation,
  crossValidate,
  type FoldProgress,
  type FoldTask,
  type RepeatResult,
} from "./repeats/cross-validate.js";
export type { Figures, JsonNumbers, Score } from "./repeats/figures.js";
export type { FoldPlace, FoldRecord } from "./repeats/fold-record.js";
export { holdOutGroups, type ValidationShare } from "./repeats/hold-out-groups.js";
export type { Repeat } from "./repeats/list-folds.js";
export {
  type RepeatSeedsOptions,
  repeatSeeds,
  type SeedProgress,
  type SeedRecord,
  type SeedRepeats,
} from "./repeats/repeat-seeds.js";
export type { RunTrainOptions, SharedRunOptions } from "./repeats/run-model.js";
export { type Summary, summarize } from "./repeats/summarize.js";
export { constantSchedule } from "./schedules/constant-schedule.js";
export { type CosineScheduleOptions, cosineSchedule } from "./schedules/cosine-schedule.js";
export type { LearningRateSchedule, ScheduleStep } from "./schedules/learning-rate-schedule.js";
export { type StepScheduleOptions, stepSchedule } from "./schedules/step-schedule.js";
export { type WarmUpOptions, withWarmUp } from "./schedules/with-warm-up.js";
export {
  type EarlyStopping,
  type EarlyStoppingOptions,
  type EarlyStoppingState,
  earlyStopping,
  type MonitoredFigure,
} from "./stopping/early-stopping.js";
