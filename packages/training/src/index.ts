export type { Batch, StepResult, TrainingEngine, Weights } from "./engine/engine.js";
export { createOnnxEngine, type OnnxEngineOptions } from "./engine/onnx-engine.js";
export { type Evaluation, evaluate, predict, scoreOutputs } from "./evaluation/evaluate.js";
export {
  type ExtractFeaturesOptions,
  extractFeatures,
  type FeatureProgress,
  type FeatureSource,
  type Features,
} from "./features/extract-features.js";
export { type ModelSplit, splitModel } from "./features/split-model.js";
export { type CalibrateOptions, calibrateBackbone } from "./initialisation/calibrate-backbone.js";
export type { LabelledFeatures } from "./loop/labelled-features.js";
export {
  type EpochRecord,
  type StepProgress,
  type TrainingResult,
  type TrainOptions,
  train,
} from "./loop/train.js";
export { type AdamOptions, adam } from "./optimizers/adam.js";
export type { Optimizer } from "./optimizers/optimizer.js";
export { type SgdOptions, sgd } from "./optimizers/sgd.js";
