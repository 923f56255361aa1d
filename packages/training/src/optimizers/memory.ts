import type { OptimizerState } from "./optimizer.js";

/** What an optimiser remembers: a count of updates, and arrays by name that start as zeros. */
export interface OptimizerMemory {
  steps: number;
  /** The array of that name, as zeros when it is new. */
  slot(name: string, length: number): Float32Array;
  state(): OptimizerState;
  restore(state: OptimizerState): void;
}

export function optimizerMemory(): OptimizerMemory {
  let slots = new Map<string, Float32Array>();
  return {
    steps: 0,
    slot(name, length) {
      let array = slots.get(name);
      if (array === undefined) {
        array = new Float32Array(length);
        slots.set(name, array);
      }
      return array;
    },
    state() {
      return { steps: this.steps, slots };
    },
    restore(state) {
      this.steps = state.steps;
      slots = new Map([...state.slots].map(([name, array]) => [name, array.slice()]));
    },
  };
}
