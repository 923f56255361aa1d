import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { smallModel } from "./named-weights.fixture.js";
import { readWeights } from "./read-weights.js";
import { writeWeights } from "./write-weights.js";

beforeAll(useCpuBackend);

describe("writeWeights", () => {
  test("sets what it is given, keeps the rest, and stays apart from the caller's arrays", async () => {
    const model = smallModel();
    const values = Float32Array.of(1, 2, 3, 4, 5, 6);
    await expectNewTensors(() => writeWeights(model, new Map([["dense/kernel", { shape: [2, 3], values }]])));
    values.fill(9);
    const weights = readWeights(model);
    expect([...weights.get("dense/kernel")!.values]).toEqual([1, 2, 3, 4, 5, 6]);
    expect([...weights.get("output/kernel")!.values]).toEqual([1, 1, 1]);
    model.dispose();
  });

  test.each([
    { title: "an unknown name", name: "dense/gamma", shape: [3], length: 3 },
    { title: "another shape of the same size", name: "dense/kernel", shape: [3, 2], length: 6 },
    { title: "too few values", name: "dense/kernel", shape: [2, 3], length: 5 },
  ])("refuses $title before anything is set", ({ name, shape, length }) => {
    const model = smallModel();
    const before = readWeights(model);
    const weights = new Map([
      ["output/bias", { shape: [1], values: Float32Array.of(7) }],
      [name, { shape, values: new Float32Array(length) }],
    ]);
    expect(() => writeWeights(model, weights)).toThrow(InvalidArgumentError);
    expect(() => writeWeights(model, weights)).toThrow(expect.objectContaining({ parameter: "weights" }));
    expect(readWeights(model)).toEqual(before);
    model.dispose();
  });
});
