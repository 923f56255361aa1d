import { optimizerMemory } from "./memory.js";
import type { Optimizer } from "./optimizer.js";
import { requireRange } from "./require-range.js";

/** Options of {@link adam}. */
export interface AdamOptions {
  /** Above 0. @defaultValue 0.001 */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, in [0, 1). @defaultValue 0.9 */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). @defaultValue 0.999 */
  readonly beta2?: number;
  /** Added to the root of the squares' mean. @defaultValue 1e-7, Keras' backend epsilon */
  readonly epsilon?: number;
}

/**
 * Adam (Kingma & Ba 2015, the efficient form at the end of section 2, which Keras uses):
 * `m = β1·m + (1-β1)·g; s = β2·s + (1-β2)·g²; w = w - rate·√(1-β2ᵗ)/(1-β1ᵗ)·m/(√s + ε)`.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7 } = options;
  requireRange("learningRate", learningRate, Number.MIN_VALUE, Number.MAX_VALUE);
  requireRange("beta1", beta1, 0, 1 - Number.EPSILON);
  requireRange("beta2", beta2, 0, 1 - Number.EPSILON);
  requireRange("epsilon", epsilon, Number.MIN_VALUE, Number.MAX_VALUE);
  const memory = optimizerMemory();
  return {
    description: { optimizer: "adam", learningRate, beta1, beta2, epsilon },
    update(weights, gradients, rateFactor = 1) {
      const step = ++memory.steps;
      const rate = (learningRate * rateFactor * Math.sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      for (const [name, gradient] of gradients) {
        const { data } = weights.get(name)!;
        const mean = memory.slot(`mean:${name}`, data.length);
        const square = memory.slot(`square:${name}`, data.length);
        for (let i = 0; i < data.length; i++) {
          const g = gradient[i]!;
          mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
          square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
          data[i]! -= (rate * mean[i]!) / (Math.sqrt(square[i]!) + epsilon);
        }
      }
    },
    state: () => memory.state(),
    restore: (state) => memory.restore(state),
  };
}
