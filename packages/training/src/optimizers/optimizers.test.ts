import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { type AdamOptions, adam } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { type SgdOptions, sgd } from "./sgd.js";

type Settings =
  | { optimizer: "sgd"; options: SgdOptions }
  | { optimizer: "adam"; options: AdamOptions & { learningRate: number } };

// Weights after each step under PyTorch, and by Keras' rules in NumPy; generate.py beside the file made it.
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/optimizers.json"), "utf8")) as {
  start: number[];
  gradients: number[][];
  factors: number[];
  constantRate: (Settings & { weights: number[][] })[];
  changingRate: (Settings & { weights: number[][] })[];
};

const make = (settings: Settings): Optimizer =>
  settings.optimizer === "sgd" ? sgd(settings.options) : adam(settings.options);
const titled = <T extends Settings>(cases: readonly T[]) =>
  cases.map((settings) => ({ title: `${settings.optimizer} ${JSON.stringify(settings.options)}`, settings }));

/** Applies the fixture's gradients to a weight of that name; the weights after each step. */
function follow(optimizer: Optimizer, factors?: readonly number[], name = "dense/kernel"): number[][] {
  const data = Float32Array.from(golden.start);
  return golden.gradients.map((gradient, step) => {
    optimizer.update(
      new Map([[name, { data, dims: [3] }]]),
      new Map([[name, Float32Array.from(gradient)]]),
      factors?.[step],
    );
    return [...data];
  });
}

function expectClose(actual: number[][], expected: number[][]): void {
  expect(actual).toHaveLength(expected.length);
  for (const [step, values] of expected.entries()) {
    for (const [i, value] of values.entries()) expect(actual[step]![i]).toBeCloseTo(value, 6);
  }
}

describe("at a constant rate", () => {
  test.each(titled(golden.constantRate))("moves weights as PyTorch does: $title", ({ settings }) => {
    expectClose(follow(make(settings)), settings.weights);
  });

  test("a rate factor of 1 changes no bit", () => {
    for (const settings of golden.constantRate) {
      expect(follow(make(settings), [1, 1, 1, 1, 1, 1])).toEqual(follow(make(settings)));
    }
  });
});

describe("at a changing rate", () => {
  test.each(titled(golden.changingRate))("moves weights by Keras' rule: $title", ({ settings }) => {
    expectClose(follow(make(settings), golden.factors), settings.weights);
  });

  test("a rate factor is the same as another learning rate", () => {
    for (const settings of [...golden.constantRate, ...golden.changingRate]) {
      const { optimizer, options } = settings;
      const halved = {
        optimizer,
        options: { ...options, learningRate: options.learningRate / 2 },
      } as Settings;
      expect(follow(make(settings), Array(6).fill(0.5))).toEqual(follow(make(halved)));
    }
  });
});

const DECAYING: readonly Settings[] = [
  { optimizer: "sgd", options: { learningRate: 0.1, weightDecay: 0.3 } },
  { optimizer: "sgd", options: { learningRate: 0.1, momentum: 0.9, weightDecay: 0.3 } },
  { optimizer: "sgd", options: { learningRate: 0.1, momentum: 0.9, weightDecay: 0.3, decoupled: true } },
  { optimizer: "adam", options: { learningRate: 0.01, weightDecay: 0.3 } },
  { optimizer: "adam", options: { learningRate: 0.01, weightDecay: 0.3, decoupled: false } },
];

describe.each(titled(DECAYING))("weight decay: $title", ({ settings }) => {
  const change = (options: object) =>
    make({ optimizer: settings.optimizer, options: { ...settings.options, ...options } } as Settings);

  test("spares biases unless asked", () => {
    const without = follow(change({ weightDecay: 0 }));
    expect(follow(make(settings))).not.toEqual(without);
    expect(follow(make(settings), undefined, "dense/bias")).toEqual(without);
    expect(follow(change({ decayBiases: true }), undefined, "dense/bias")).toEqual(follow(make(settings)));
  });

  test("shrinks a weight whose gradient is 0", () => {
    const data = Float32Array.of(2, -2);
    make(settings).update(new Map([["w", { data, dims: [2] }]]), new Map([["w", new Float32Array(2)]]));
    expect(data[0]).toBeLessThan(2);
    expect(data[1]).toBe(-data[0]!);
  });
});

test("both forms of decay are the same for plain SGD, and differ with momentum", () => {
  const run = (decoupled: boolean, momentum: number) =>
    follow(sgd({ learningRate: 0.1, weightDecay: 0.3, decoupled, momentum }));
  expectClose(run(true, 0), run(false, 0));
  expect(run(true, 0.9).at(-1)![0]).not.toBeCloseTo(run(false, 0.9).at(-1)![0]!, 3);
});

describe.each(titled([...golden.constantRate, ...DECAYING]))("$title", ({ settings }) => {
  test("leaves weights without a gradient alone", () => {
    const data = Float32Array.of(1, 2);
    make(settings).update(new Map([["w", { data, dims: [2] }]]), new Map());
    expect([...data]).toEqual([1, 2]);
  });

  test("a restored state goes on bit for bit", () => {
    const weights = () =>
      new Map([
        ["d/kernel", { data: Float32Array.of(1, -2, 3), dims: [3] }],
        ["d/bias", { data: Float32Array.of(0.5), dims: [1] }],
      ]);
    const steps = (optimizer: Optimizer, onto: ReturnType<typeof weights>, from: number, to: number) => {
      for (let step = from; step < to; step++) {
        const rng = createRng(1, { purpose: "gradients", index: step });
        const gradients = new Map(
          [...onto].map(([name, { data }]) => [name, data.map(() => rng.normal())] as const),
        );
        optimizer.update(onto, gradients, 1 / (1 + step));
      }
    };
    const whole = weights();
    steps(make(settings), whole, 0, 10);

    const parted = weights();
    const first = make(settings);
    steps(first, parted, 0, 5);
    const second = make(settings);
    second.restore(first.state());
    expect(second.state()).toEqual(first.state());
    // What the first one does from here on must not reach the second.
    steps(first, weights(), 5, 8);
    steps(second, parted, 5, 10);
    expect(parted).toEqual(whole);
    expect(second.state().steps).toBe(10);
  });
});

test("plain SGD remembers no array", () => {
  const optimizer = sgd({ learningRate: 0.1 });
  follow(optimizer);
  expect(optimizer.state()).toEqual({ steps: 6, slots: new Map() });
});

test("a new state replaces the old one whole", () => {
  const optimizer = adam();
  follow(optimizer);
  optimizer.restore({ steps: 0, slots: new Map() });
  expect(follow(optimizer)).toEqual(follow(adam()));
});

test("describes itself with every setting", () => {
  expect(sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }).description).toEqual({
    optimizer: "sgd",
    learningRate: 0.1,
    momentum: 0.9,
    nesterov: true,
    weightDecay: 0,
    decoupled: false,
    decayBiases: false,
  });
  expect(adam({ weightDecay: 0.01 }).description).toEqual({
    optimizer: "adam",
    learningRate: 0.001,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    weightDecay: 0.01,
    decoupled: true,
    decayBiases: false,
  });
});

test.each([
  { make: () => sgd({ learningRate: 0 }), parameter: "learningRate" },
  { make: () => sgd({ learningRate: Number.NaN }), parameter: "learningRate" },
  { make: () => sgd({ learningRate: 1, momentum: 1 }), parameter: "momentum" },
  { make: () => sgd({ learningRate: 1, nesterov: true }), parameter: "nesterov" },
  { make: () => sgd({ learningRate: 1, weightDecay: -1 }), parameter: "weightDecay" },
  { make: () => adam({ learningRate: Number.POSITIVE_INFINITY }), parameter: "learningRate" },
  { make: () => adam({ beta1: -0.1 }), parameter: "beta1" },
  { make: () => adam({ beta2: 1 }), parameter: "beta2" },
  { make: () => adam({ epsilon: 0 }), parameter: "epsilon" },
  { make: () => adam({ weightDecay: Number.NaN }), parameter: "weightDecay" },
])("refuses $parameter out of range", ({ make, parameter }) => {
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(expect.objectContaining({ parameter }));
});

describe("a state that does not fit", () => {
  const momentum = () => sgd({ learningRate: 0.1, momentum: 0.9 });

  test("of another optimiser is refused, and nothing is taken over", () => {
    const other = adam();
    follow(other);
    const optimizer = momentum();
    expect(() => optimizer.restore(other.state())).toThrow(InvalidArgumentError);
    expect(() => optimizer.restore(other.state())).toThrow(expect.objectContaining({ parameter: "state" }));
    expect(optimizer.state()).toEqual({ steps: 0, slots: new Map() });
  });

  test("of another model is refused with the next update", () => {
    const optimizer = momentum();
    optimizer.restore({ steps: 1, slots: new Map([["velocity:dense/kernel", new Float32Array(2)]]) });
    expect(() => follow(optimizer)).toThrow(InvalidArgumentError);
    expect(() => follow(optimizer)).toThrow(expect.objectContaining({ parameter: "state", value: 2 }));
  });

  test.each([-1, 0.5, Number.NaN])("with %p steps is refused", (steps) => {
    const restore = () => adam().restore({ steps, slots: new Map() });
    expect(restore).toThrow(InvalidArgumentError);
    expect(restore).toThrow(expect.objectContaining({ parameter: "state.steps" }));
  });
});
