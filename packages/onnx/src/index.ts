export {
  type CompileGradientsOptions,
  compileGradients,
  type DropoutMask,
  type GradientGraph,
} from "./compile/compile-gradients.js";
export {
  type CompileInferenceOptions,
  compileInference,
  type InferenceGraph,
} from "./compile/compile-inference.js";
export type { PixelPreprocessing } from "./compile/emit-preprocessing.js";
export type { LayerRange } from "./compile/model-steps.js";
export { OPSET } from "./graph/graph-builder.js";
export type { ImageLayout } from "./graph/layer-value.js";
export type { WeightInfo } from "./graph/weight-source.js";
export { ACTIVATIONS } from "./layers/activation.js";
export type { ConvolutionAlgorithm } from "./layers/layer-emitter.js";
export { SUPPORTED_LAYERS } from "./layers/registry.js";
export type { LossName } from "./losses/loss.js";
export { createSession } from "./runtime/create-session.js";
export { inspectRuntime } from "./runtime/inspect-runtime.js";
export { listProviders } from "./runtime/list-providers.js";
export type { RuntimeInfo, RuntimeName } from "./runtime/load-runtime.js";
export { PROVIDERS, type Provider } from "./runtime/provider.js";
export type { ProviderStatus } from "./runtime/provider-statuses.js";
export type { Session, SessionOptions, TensorData } from "./runtime/session.js";
