import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { smallModel } from "../testing/models.js";
import { digestWeights, readWeights, writeWeights } from "./model-weights.js";

beforeAll(useCpuBackend);

test("readWeights copies every weight under its layer's name, also of a second model of the same names", async () => {
  const first = smallModel();
  const second = smallModel();
  const weights = await expectNewTensors(() => readWeights(second));
  expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([
    ["dense/kernel", [2, 3]],
    ["dense/bias", [3]],
    ["output/kernel", [3, 1]],
    ["output/bias", [1]],
  ]);
  weights.get("dense/kernel")!.values.fill(9);
  expect([...readWeights(second).get("dense/kernel")!.values]).toEqual([1, 1, 1, 1, 1, 1]);
  first.dispose();
  second.dispose();
});

describe("writeWeights", () => {
  test("sets the given weights, keeps the rest, and copies the caller's arrays", async () => {
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

describe("digestWeights", () => {
  test("is the SHA-256 of names, shapes and little-endian values", async () => {
    const model = smallModel();
    const ones = (count: number) => Buffer.concat(Array(count).fill(Buffer.of(0, 0, 0x80, 0x3f)));
    const expected = createHash("sha256")
      .update('["output/kernel",[3,1]]')
      .update(ones(3))
      .update('["output/bias",[1]]')
      .update(Buffer.alloc(4))
      .digest("hex");
    expect(await expectNewTensors(() => digestWeights(model, { layers: ["output"] }))).toBe(expected);
    model.dispose();
  });

  test("is equal for equal weights, changes with one bit, and covers only the chosen layers", () => {
    const model = smallModel();
    const twin = smallModel();
    expect(digestWeights(twin)).toBe(digestWeights(model));
    expect(digestWeights(twin, { layers: ["output", "dense"] })).toBe(digestWeights(model));
    writeWeights(twin, new Map([["output/bias", { shape: [1], values: Float32Array.of(-0) }]]));
    expect(digestWeights(twin)).not.toBe(digestWeights(model));
    expect(digestWeights(twin, { layers: ["dense"] })).toBe(digestWeights(model, { layers: ["dense"] }));
    model.dispose();
    twin.dispose();
  });

  test("distinguishes shapes that hold the same values", () => {
    const dense = (units: number, inputs: number) =>
      sequential({
        layers: [
          layers.dense({
            units,
            inputShape: [inputs],
            useBias: false,
            kernelInitializer: "ones",
            name: "dense",
          }),
        ],
      });
    const wide = dense(2, 3);
    const tall = dense(3, 2);
    expect(digestWeights(wide)).not.toBe(digestWeights(tall));
    wide.dispose();
    tall.dispose();
  });

  test("refuses a layer that the model lacks", () => {
    const model = smallModel();
    const digest = () => digestWeights(model, { layers: ["block1_conv1"] });
    expect(digest).toThrow(InvalidArgumentError);
    expect(digest).toThrow(expect.objectContaining({ parameter: "layers", value: "block1_conv1" }));
    model.dispose();
  });
});
