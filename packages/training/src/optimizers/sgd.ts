import { InvalidArgumentError } from "@covidxr/core";
import { checkNumber, checkOptions } from "@covidxr/core/internal";
import type { Optimizer } from "./optimizer.js";
import {
  checkUpdate,
  optimizerMemory,
  WEIGHT_DECAY,
  type WeightDecayOptions,
  weightDecayOf,
} from "./optimizer.js";

/** Options of {@link sgd}. */
export interface SgdOptions extends WeightDecayOptions {
  /** Above 0. */
  readonly learningRate: number;
  /** Share of the last change that is kept, in [0, 1). @defaultValue 0 */
  readonly momentum?: number;
  /** Looks one step ahead along the momentum, which must be above 0 then. @defaultValue false */
  readonly nesterov?: boolean;
  /**
   * How weights decay. `false`: as an L2 term of the loss, `g = g + λ·w`, as PyTorch's SGD. `true`: apart from the
   * gradient, `w = w - rate·λ·w` before the step, as Keras' `weight_decay` and SGDW (Loshchilov & Hutter 2019).
   * Without momentum both are the same.
   *
   * @defaultValue false
   */
  readonly decoupled?: boolean;
}

/**
 * Stochastic gradient descent with momentum, as Keras has it: `v = momentum·v - rate·g; w = w + v`, with `nesterov`
 * `w = w + momentum·v - rate·g`. PyTorch keeps `v = momentum·v + g` and moves by `rate·v`: the same at a constant rate,
 * but when a schedule changes the rate it takes effect here on new gradients only, there on the whole momentum.
 *
 * @throws {InvalidArgumentError} on a setting out of range, or `nesterov` without momentum.
 */
export function sgd(options: SgdOptions): Optimizer {
  checkOptions(options, {
    ...WEIGHT_DECAY,
    learningRate: "number",
    momentum: "number?",
    nesterov: "boolean?",
    decoupled: "boolean?",
  });
  const { learningRate, momentum = 0, nesterov = false, decoupled = false } = options;
  const { weightDecay = 0, decayBiases = false } = options;
  checkNumber("learningRate", learningRate, { above: 0 });
  checkNumber("momentum", momentum, { min: 0, below: 1 });
  if (nesterov && momentum === 0) {
    throw new InvalidArgumentError({
      parameter: "nesterov",
      value: nesterov,
      message: "expected a momentum above 0 with nesterov, got 0; set momentum or leave nesterov out",
    });
  }
  const decayOf = weightDecayOf(options);
  const memory = optimizerMemory(["velocity"]);
  return {
    description: { optimizer: "sgd", learningRate, momentum, nesterov, weightDecay, decoupled, decayBiases },
    update(weights, gradients, rateFactor = 1) {
      checkUpdate(weights, gradients, rateFactor);
      memory.steps++;
      const rate = learningRate * rateFactor;
      for (const [name, gradient] of gradients) {
        const { data } = weights.get(name)!;
        const length = data.length;
        const decay = decayOf(name);
        const l2 = decoupled ? 0 : decay;
        const kept = decoupled ? 1 - rate * decay : 1;
        if (momentum === 0) {
          for (let i = 0; i < length; i++) {
            const weight = data[i]!;
            data[i] = kept * weight - rate * (gradient[i]! + l2 * weight);
          }
          continue;
        }
        const velocity = memory.slot("velocity", name, length);
        for (let i = 0; i < length; i++) {
          const weight = data[i]!;
          const descent = rate * (gradient[i]! + l2 * weight);
          const change = momentum * velocity[i]! - descent;
          velocity[i] = change;
          data[i] = kept * weight + (nesterov ? momentum * change - descent : change);
        }
      }
    },
    state: () => memory.state(),
    restore: (state) => memory.restore(state),
  };
}
