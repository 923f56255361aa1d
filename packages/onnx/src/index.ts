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
export type { LossName } from "./compile/losses.js";
export type { WeightInfo } from "./graph/weight-source.js";
export { PROVIDERS, type Provider, type RuntimeInfo, type RuntimeName } from "./runtime/load-runtime.js";
export { inspectRuntime, listProviders, type ProviderStatus } from "./runtime/providers.js";
export { createSession, type Session, type SessionOptions, type TensorData } from "./runtime/session.js";
