import { InvalidArgumentError } from "@covidxr/core";
import type { OptimizerState } from "./optimizer.js";
import { requireInteger } from "./require-integer.js";

/** What an optimiser remembers: a count of updates, and arrays by kind and weight that start as zeros. */
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
      requireInteger("state.steps", state.steps, 0);
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
