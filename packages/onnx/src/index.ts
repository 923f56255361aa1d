export { compileGradients, type GradientGraph } from "./compile/compile-gradients.js";
export { compileInference, type InferenceGraph } from "./compile/compile-inference.js";
export type { LossName } from "./compile/losses.js";
export { inspectRuntime, listProviders } from "./runtime/providers.js";
export { createSession, type Session, type SessionOptions, type TensorData } from "./runtime/session.js";
