// For the packages of this repository only; not part of the public interface.

export { chooseEngine, type EngineName, type EngineOptions } from "./engine/create-engine.js";
export type { Weights } from "./engine/engine.js";
export { resolveTfjsBackend } from "./engine/tfjs-backend.js";
export { asFloats } from "./features/feature-array.js";
export type { EpochFeatures } from "./features/labelled-features.js";
export { removeCheckpoints } from "./loop/checkpoints.js";
export { headOf } from "./loop/head.js";
export { constantSchedule } from "./optimizers/schedules.js";
export { holdOutGroups } from "./repeats/folds.js";
