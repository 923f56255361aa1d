import { randomizeWeights, randomTensor, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import type { TensorData } from "../runtime/session.js";
import { createSession } from "../runtime/session.js";
import { compileGradients } from "./compile-gradients.js";
import type { LossName } from "./losses.js";

beforeAll(useCpuBackend);

const ROWS = 3;

function model(activation: "sigmoid" | "softmax"): LayersModel {
  const small = sequential({ name: "small" });
  small.add(layers.inputLayer({ inputShape: [5], name: "input" }));
  small.add(layers.dense({ name: "hidden", units: 4, activation: "sigmoid" }));
  small.add(layers.dense({ name: "output", units: 2, activation }));
  randomizeWeights(small);
  return small;
}

// Softmax under the binary loss and sigmoid under the categorical one take the loss from outputs, not logits.
test.each<{ loss: LossName; activation: "sigmoid" | "softmax" }>([
  { loss: "binaryCrossentropy", activation: "sigmoid" },
  { loss: "binaryCrossentropy", activation: "softmax" },
  { loss: "categoricalCrossentropy", activation: "softmax" },
  { loss: "categoricalCrossentropy", activation: "sigmoid" },
])("$loss over $activation: loss and gradients are the rows' own times their weights", async (setting) => {
  const small = model(setting.activation);
  const plain = compileGradients(small, { loss: setting.loss });
  const weighted = compileGradients(small, { loss: setting.loss, sampleWeights: true });
  const feeds: Record<string, TensorData> = {
    input: randomTensor("input", [ROWS, 5]),
    labels: { data: Float32Array.of(1, 0, 0, 1, 1, 0), dims: [ROWS, 2] },
  };
  for (const { name, shape } of plain.weights) {
    const [layer, suffix] = name.split("/");
    const value = small.getLayer(layer!).weights.find((w) => w.originalName.endsWith(`/${suffix}`))!;
    feeds[name] = { data: value.read().dataSync() as Float32Array, dims: shape };
  }
  const session = await createSession(weighted.bytes);
  const run = (...sampleWeights: number[]) =>
    session.run({ ...feeds, sampleWeights: { data: Float32Array.from(sampleWeights), dims: [ROWS, 1] } });
  const single = [await run(1, 0, 0), await run(0, 1, 0), await run(0, 0, 1)];
  const mixed = await run(0.5, 3, 2);
  const factors = [0.5, 3, 2];
  const plainSession = await createSession(plain.bytes);
  const unweighted = await plainSession.run(feeds);
  const ones = await run(1, 1, 1);
  for (const name of ["loss", ...plain.weights.map((w) => plain.gradientOf(w.name))]) {
    const expected = mixed[name]!.data.map((_, i) =>
      single.reduce((sum, result, row) => sum + factors[row]! * result[name]!.data[i]!, 0),
    );
    expect(relativeError(mixed[name]!.data, expected)).toBeLessThan(1e-5);
    expect(relativeError(ones[name]!.data, unweighted[name]!.data)).toBeLessThan(1e-6);
  }
  await session.dispose();
  await plainSession.dispose();
  small.dispose();
});
