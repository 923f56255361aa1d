import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { digestWeights } from "./digest-weights.js";
import { smallModel } from "./named-weights.fixture.js";
import { writeWeights } from "./write-weights.js";

beforeAll(useCpuBackend);

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

  test("agrees for equal weights, changes with one bit, and heeds the chosen layers only", () => {
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

  test("tells apart shapes that hold the same values", () => {
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
