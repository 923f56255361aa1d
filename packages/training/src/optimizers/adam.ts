import { checkNumber, checkOptions } from "@covidxr/core/internal";
import type { Optimizer } from "./optimizer.js";
import {
  checkUpdate,
  optimizerMemory,
  WEIGHT_DECAY,
  type WeightDecayOptions,
  weightDecayOf,
} from "./optimizer.js";

/** Options of {@link adam}. */
export interface AdamOptions extends WeightDecayOptions {
  /** Above 0. @defaultValue 0.001 */
  readonly learningRate?: number;
  /** Decay of the mean of gradients, in [0, 1). @defaultValue 0.9 */
  readonly beta1?: number;
  /** Decay of the mean of their squares, in [0, 1). @defaultValue 0.999 */
  readonly beta2?: number;
  /** Added to the root of the squares' mean. @defaultValue 1e-7, Keras' backend epsilon */
  readonly epsilon?: number;
  /**
   * How weights decay. `true`: apart from the gradient, `w = w - rate·λ·w` before the step, as AdamW (Loshchilov &
   * Hutter 2019) in PyTorch and Keras. `false`: as an L2 term of the loss, `g = g + λ·w`, as PyTorch's Adam, where
   * the division by √s takes most of the decay off weights with large gradients.
   *
   * @defaultValue true
   */
  readonly decoupled?: boolean;
}

/**
 * Adam (Kingma & Ba 2015, the efficient form at the end of section 2, which Keras uses):
 * `m = β1·m + (1-β1)·g; s = β2·s + (1-β2)·g²; w = w - rate·√(1-β2ᵗ)/(1-β1ᵗ)·m/(√s + ε)`.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function adam(options: AdamOptions = {}): Optimizer {
  checkOptions(options, {
    ...WEIGHT_DECAY,
    learningRate: "number?",
    beta1: "number?",
    beta2: "number?",
    epsilon: "number?",
    decoupled: "boolean?",
  });
  const { learningRate = 0.001, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, decoupled = true } = options;
  const { weightDecay = 0, decayBiases = false } = options;
  checkNumber("learningRate", learningRate, { above: 0 });
  checkNumber("beta1", beta1, { min: 0, below: 1 });
  checkNumber("beta2", beta2, { min: 0, below: 1 });
  checkNumber("epsilon", epsilon, { above: 0 });
  const decayOf = weightDecayOf(options);
  const memory = optimizerMemory(["mean", "square"]);
  return {
    description: {
      optimizer: "adam",
      ...{ learningRate, beta1, beta2, epsilon },
      ...{ weightDecay, decoupled, decayBiases },
    },
    update(weights, gradients, rateFactor = 1) {
      checkUpdate(weights, gradients, rateFactor);
      const { sqrt } = Math;
      const step = ++memory.steps;
      const plainRate = learningRate * rateFactor;
      const rate = (plainRate * sqrt(1 - beta2 ** step)) / (1 - beta1 ** step);
      for (const [name, gradient] of gradients) {
        const { data } = weights.get(name)!;
        const length = data.length;
        const mean = memory.slot("mean", name, length);
        const square = memory.slot("square", name, length);
        const decay = decayOf(name);
        const l2 = decoupled ? 0 : decay;
        const kept = decoupled ? 1 - plainRate * decay : 1;
        for (let i = 0; i < length; i++) {
          const weight = data[i]!;
          const g = gradient[i]! + l2 * weight;
          mean[i] = beta1 * mean[i]! + (1 - beta1) * g;
          square[i] = beta2 * square[i]! + (1 - beta2) * g * g;
          data[i] = kept * weight - (rate * mean[i]!) / (sqrt(square[i]!) + epsilon);
        }
      }
    },
    state: () => memory.state(),
    restore: (state) => memory.restore(state),
  };
}
