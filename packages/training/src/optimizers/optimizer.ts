import type { Weights } from "../engine/engine.js";

/** What an optimiser remembers between steps; with it a stopped run goes on bit for bit. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly steps: number;
  /** Arrays by a name that contains the weight's, such as `velocity:dense/kernel`. */
  readonly slots: ReadonlyMap<string, Float32Array>;
}

/** Changes weights in place by their gradients; keeps what it remembers between steps. */
export interface Optimizer {
  /** Name and settings, for reports. */
  readonly description: Readonly<Record<string, number | string | boolean>>;
  /**
   * Weights without a gradient stay as they are.
   *
   * @param rateFactor Times the learning rate, as a schedule has it at this step. @defaultValue 1
   */
  update(weights: Weights, gradients: ReadonlyMap<string, Float32Array>, rateFactor?: number): void;
  /** Its memory as it is now; the arrays are the optimiser's own and change with the next update. */
  state(): OptimizerState;
  /**
   * Takes over a state; its arrays are copied.
   *
   * @throws {InvalidArgumentError} on the state of an optimiser of another kind; `update` throws it on that of
   * another model.
   */
  restore(state: OptimizerState): void;
}
