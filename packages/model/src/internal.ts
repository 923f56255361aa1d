// For the packages of this repository only; not part of the public interface.

export type { FetchedWeights } from "./weights/fetch-weights.js";
export { identifyWeights } from "./weights/identify-weights.js";
export { resolveWeights } from "./weights/weights-file.js";
