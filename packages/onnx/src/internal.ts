// For the packages of this repository only; not part of the public interface.

export type { CompileGradientsOptions, DropoutMask } from "./compile/compile-gradients.js";
export type { WeightInfo } from "./graph/weight-source.js";
export type { Provider, RuntimeInfo, RuntimeName } from "./runtime/load-runtime.js";
