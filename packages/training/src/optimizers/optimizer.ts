import { InvalidArgumentError } from "@covidxr/core";
import {
  checkArguments,
  checkInteger,
  checkNumber,
  describeValue,
  type OptionKinds,
} from "@covidxr/core/internal";
import type { Weights } from "../engine/engine.js";

/** State of an optimiser between steps; with it a stopped run continues bit for bit. */
export interface OptimizerState {
  /** Updates made so far. */
  readonly steps: number;
  /** Arrays by a name that contains the weight's, such as `velocity:dense/kernel`. */
  readonly slots: ReadonlyMap<string, Float32Array>;
}

/** Changes weights in place by their gradients; keeps its state between steps. */
export interface Optimizer {
  /** Name and settings, for reports. */
  readonly description: Readonly<Record<string, number | string | boolean>>;
  /**
   * Weights without a gradient stay as they are.
   *
   * @param rateFactor Times the learning rate, as a schedule has it at this step. @defaultValue 1
   */
  update(weights: Weights, gradients: ReadonlyMap<string, Float32Array>, rateFactor?: number): void;
  /** Its current state; the arrays are the optimiser's own and change with the next update. */
  state(): OptimizerState;
  /**
   * Takes over a state; its arrays are copied.
   *
   * @throws {InvalidArgumentError} on the state of an optimiser of another kind; `update` throws it on that of
   * another model.
   */
  restore(state: OptimizerState): void;
}

/** Options of the optimisers' weight decay. */
export interface WeightDecayOptions {
  /** Strength λ, 0 or more. @defaultValue 0 */
  readonly weightDecay?: number;
  /**
   * Whether biases (weights named `…/bias`) decay as well. They do not by default: a bias acts on one unit rather than
   * on pairs of them, adds little variance when free, and may underfit when held back (Goodfellow, Bengio & Courville
   * 2016, "Deep Learning", section 7.1). PyTorch's and Keras' optimisers make no such difference.
   *
   * @defaultValue false
   */
  readonly decayBiases?: boolean;
}

/** How {@link WeightDecayOptions} are written. */
export const WEIGHT_DECAY: OptionKinds<WeightDecayOptions> = {
  weightDecay: "number?",
  decayBiases: "boolean?",
};

/**
 * λ of a weight, by its name.
 *
 * @throws {InvalidArgumentError} on a negative or infinite λ.
 */
export function weightDecayOf({
  weightDecay = 0,
  decayBiases = false,
}: WeightDecayOptions): (name: string) => number {
  checkNumber("weightDecay", weightDecay, { min: 0 });
  return (name) => (decayBiases || !name.endsWith("/bias") ? weightDecay : 0);
}

/** @throws {InvalidArgumentError} on what no step gives: other than maps, a gradient without its weight or of another length. */
export function checkUpdate(
  weights: Weights,
  gradients: ReadonlyMap<string, Float32Array>,
  rateFactor: number,
): void {
  for (const [parameter, value] of Object.entries({ weights, gradients })) {
    if (Object.prototype.toString.call(value) === "[object Map]") continue;
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected a Map by the weights' names, got ${describeValue(value)}`,
    });
  }
  checkNumber("rateFactor", rateFactor);
  for (const [name, gradient] of gradients) {
    const expected = weights.get(name)?.data?.length;
    if (expected !== undefined && gradient?.length === expected) continue;
    throw new InvalidArgumentError({
      parameter: "gradients",
      value: name,
      message: `expected a gradient of ${expected ?? "a weight that is given"} values, got ${gradient?.length} for "${name}"`,
    });
  }
}

/** State of an optimiser: a count of updates, and arrays by kind and weight that start as zeros. */
export interface OptimizerMemory<Kind extends string> {
  steps: number;
  /**
   * The array of that kind and weight, as zeros when it is new.
   *
   * @throws {InvalidArgumentError} when a restored one has another length.
   */
  slot(kind: Kind, weight: string, length: number): Float32Array;
  state(): OptimizerState;
  /** @throws {InvalidArgumentError} on arrays of another kind: the state of another optimiser. */
  restore(state: OptimizerState): void;
}

/** An empty memory of arrays of these kinds. */
export function optimizerMemory<Kind extends string>(kinds: readonly Kind[]): OptimizerMemory<Kind> {
  let slots = new Map<string, Float32Array>();
  return {
    steps: 0,
    slot(kind, weight, length) {
      const name = `${kind}:${weight}`;
      let array = slots.get(name);
      if (array === undefined) {
        array = new Float32Array(length);
        slots.set(name, array);
      }
      if (array.length !== length) {
        throw new InvalidArgumentError({
          parameter: "state",
          value: array.length,
          message: `expected ${length} values of ${name}, got ${array.length}; restore the state of this model`,
        });
      }
      return array;
    },
    state() {
      return { steps: this.steps, slots };
    },
    restore(state) {
      checkArguments({ state }, { state: "object" });
      checkInteger("state.steps", state.steps, { min: 0 });
      checkArguments({ "state.slots": state.slots?.keys }, { "state.slots": "function" });
      for (const name of state.slots.keys()) {
        if (kinds.some((kind) => name.startsWith(`${kind}:`))) continue;
        throw new InvalidArgumentError({
          parameter: "state",
          value: name,
          message: `expected arrays of ${kinds.join(" and ")}, got "${name}"; restore the state of such an optimiser`,
        });
      }
      this.steps = state.steps;
      slots = new Map([...state.slots].map(([name, array]) => [name, array.slice()]));
    },
  };
}
