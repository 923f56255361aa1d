import type { Weights } from "../engine/engine.js";

/** Changes weights in place by their gradients; keeps what it remembers between steps. */
export interface Optimizer {
  /** Name and settings, for reports. */
  readonly description: Readonly<Record<string, number | string>>;
  /** Weights without a gradient stay as they are. */
  update(weights: Weights, gradients: ReadonlyMap<string, Float32Array>): void;
}
