export { type BuildModelOptions, buildModel } from "./network/build-model.js";
export { summary } from "./network/summary.js";
export { type LoadedModel, loadModel } from "./storage/load-model.js";
export type { JsonValue, ModelMetadata } from "./storage/model-metadata.js";
export { type SavedModel, saveModel } from "./storage/save-model.js";
export { type FetchedWeights, type FetchWeightsOptions, fetchWeights } from "./weights/fetch-weights.js";
export { loadBackboneWeights } from "./weights/load-backbone-weights.js";
export {
  digestWeights,
  type NamedWeights,
  readWeights,
  type WeightValues,
  writeWeights,
} from "./weights/model-weights.js";
export {
  defaultCacheFolder,
  IMAGENET_WEIGHTS,
  resolveWeights,
  type WeightsSource,
} from "./weights/weights-file.js";
