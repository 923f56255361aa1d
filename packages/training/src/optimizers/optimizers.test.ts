import { readFileSync } from "node:fs";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { adam } from "./adam.js";
import type { Optimizer } from "./optimizer.js";
import { sgd } from "./sgd.js";

// Weights after each step under PyTorch; the file names its version, generate.py beside it made it.
const golden = JSON.parse(readFileSync(join(__dirname, "../../fixtures/optimisers.json"), "utf8")) as {
  start: number[];
  gradients: number[][];
  sgd: { weights: number[][] };
  momentum: { weights: number[][] };
  adam: { weights: number[][] };
};

const CASES: readonly { name: "sgd" | "momentum" | "adam"; make: () => Optimizer }[] = [
  { name: "sgd", make: () => sgd({ learningRate: 0.1 }) },
  { name: "momentum", make: () => sgd({ learningRate: 0.05, momentum: 0.9 }) },
  { name: "adam", make: () => adam({ learningRate: 0.01, epsilon: 1e-12 }) },
];

describe.each(CASES)("$name", ({ name, make }) => {
  test("moves weights as PyTorch does, step by step", () => {
    const optimizer = make();
    const data = Float32Array.from(golden.start);
    golden.gradients.forEach((gradient, step) => {
      optimizer.update(new Map([["w", { data, dims: [3] }]]), new Map([["w", Float32Array.from(gradient)]]));
      data.forEach((value, i) => {
        expect(value).toBeCloseTo(golden[name].weights[step]![i]!, 6);
      });
    });
  });

  test("leaves weights without a gradient alone", () => {
    const data = Float32Array.of(1, 2);
    make().update(new Map([["w", { data, dims: [2] }]]), new Map());
    expect([...data]).toEqual([1, 2]);
  });
});

test.each([
  { make: () => sgd({ learningRate: 0 }), parameter: "learningRate" },
  { make: () => sgd({ learningRate: Number.NaN }), parameter: "learningRate" },
  { make: () => sgd({ learningRate: 1, momentum: 1 }), parameter: "momentum" },
  { make: () => adam({ beta1: -0.1 }), parameter: "beta1" },
  { make: () => adam({ beta2: 1 }), parameter: "beta2" },
  { make: () => adam({ epsilon: 0 }), parameter: "epsilon" },
])("refuses $parameter out of range", ({ make, parameter }) => {
  expect(make).toThrow(InvalidArgumentError);
  expect(make).toThrow(expect.objectContaining({ parameter }));
});
