import { optimizerMemory } from "./memory.js";
import type { Optimizer } from "./optimizer.js";
import { requireRange } from "./require-range.js";

/** Options of {@link sgd}. */
export interface SgdOptions {
  /** Above 0. */
  readonly learningRate: number;
  /** Share of the last change that is kept, in [0, 1). @defaultValue 0 */
  readonly momentum?: number;
}

/**
 * Stochastic gradient descent with momentum, as Keras has it: `v = momentum·v - rate·g; w = w + v`.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function sgd({ learningRate, momentum = 0 }: SgdOptions): Optimizer {
  requireRange("learningRate", learningRate, Number.MIN_VALUE, Number.MAX_VALUE);
  requireRange("momentum", momentum, 0, 1 - Number.EPSILON);
  const memory = optimizerMemory();
  return {
    description: { optimizer: "sgd", learningRate, momentum },
    update(weights, gradients, rateFactor = 1) {
      memory.steps++;
      const rate = learningRate * rateFactor;
      for (const [name, gradient] of gradients) {
        const { data } = weights.get(name)!;
        const velocity = memory.slot(`velocity:${name}`, data.length);
        for (let i = 0; i < data.length; i++) {
          const change = momentum * velocity[i]! - rate * gradient[i]!;
          velocity[i] = change;
          data[i]! += change;
        }
      }
    },
    state: () => memory.state(),
    restore: (state) => memory.restore(state),
  };
}
