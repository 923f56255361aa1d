export { buildModel } from "./network/build-model.js";
export { summary } from "./network/summary.js";
export { type LoadedModel, loadModel } from "./storage/load-model.js";
export type { ModelMetadata } from "./storage/model-metadata.js";
export { saveModel } from "./storage/save-model.js";
export { fetchWeights } from "./weights/fetch-weights.js";
export { digestWeights, type NamedWeights, readWeights, writeWeights } from "./weights/model-weights.js";
export { defaultCacheFolder, IMAGENET_WEIGHTS, type WeightsSource } from "./weights/weights-file.js";
