// For the packages of this repository only; not part of the public interface.

export type { CompileGradientsOptions, DropoutMask } from "./compile/compile-gradients.js";
export { type ChainLayer, layerChain } from "./compile/layer-chain.js";
export { modelSteps, type StepChain } from "./compile/model-steps.js";
export type { WeightInfo, WeightPenalty } from "./graph/weight-source.js";
export type { Provider, RuntimeInfo, RuntimeName } from "./runtime/load-runtime.js";
export { SESSION } from "./runtime/session.js";
