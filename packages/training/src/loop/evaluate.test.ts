import { createRng, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { extractFeatures } from "../features/extract-features.js";
import { separableFeatures } from "../testing/separable-features.js";
import { IMAGE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { asScores, evaluate, predict, scoreOutputs } from "./evaluate.js";

beforeAll(useCpuBackend);

test("gives what TensorFlow.js predicts for the images, in batches and without leaks", async () => {
  const model = smallModel();
  const size = IMAGE_SHAPE.reduce((a, b) => a * b, 1);
  const images = Array.from({ length: 70 }, (_, index) => {
    const rng = createRng(1, { purpose: "images", index });
    return Float32Array.from({ length: size }, () => rng.uniform());
  });
  const expected = tidy(() => {
    const batch = tensor(
      images.flatMap((image) => [...image]),
      [images.length, ...IMAGE_SHAPE],
    );
    return (model.predict(batch) as Tensor).dataSync();
  });
  const sources = images.map((image, i) => ({ key: `${i}`, load: async () => image }));
  const { values } = await extractFeatures(model, sources);
  const outputs = await expectNewTensors(() => predict(model, values));
  expect(outputs).toHaveLength(images.length);
  for (const [i, output] of outputs.entries()) expect(output).toBeCloseTo(expected[i]!, 5);
});

test.each([
  ["no image", []],
  ["features of another model", [new Float32Array(7)]],
])("refuses %s", async (_, values) => {
  const failure = predict(smallModel(), values);
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter: "values" });
});

test("outputs of several units are rows, those of one unit numbers, over the same memory", () => {
  const outputs = Float32Array.of(0.25, 0.75, 0.5, 0.5);
  expect(asScores(outputs, 1)).toBe(outputs);
  expect(asScores(outputs, 2)).toEqual([Float32Array.of(0.25, 0.75), Float32Array.of(0.5, 0.5)]);
});

test("one unit: above 0.5 is positive, and the loss is Keras' mean binary cross-entropy", () => {
  const { loss, accuracy } = scoreOutputs(Float32Array.of(0.75, 0.5, 0.25, 1), [1, 1, 0, 1]);
  expect(accuracy).toBe(3 / 4);
  // Probabilities are kept 1e-7 from 0 and 1.
  expect(loss).toBeCloseTo((-2 * Math.log(0.75) - Math.log(0.5) - Math.log(1 - 1e-7)) / 4, 10);
});

test("several units: the largest names the class, the first of equals", () => {
  const outputs = Float32Array.of(0.25, 0.5, 0.25, 0.5, 0.5, 0);
  const { loss, accuracy } = scoreOutputs(outputs, [1, 1]);
  expect(accuracy).toBe(1 / 2);
  expect(loss).toBeCloseTo(-Math.log(0.5), 10);
});

test("a probability of 0 for the right class costs -log 1e-7, not infinity", () => {
  expect(scoreOutputs(Float32Array.of(0), [1]).loss).toBeCloseTo(-Math.log(1e-7), 4);
});

test("scores what the model predicts", async () => {
  const model = smallModel();
  const images = separableFeatures(9, 2);
  const found = await expectNewTensors(() => evaluate(model, images));
  const scores = await predict(model, images.values);
  expect(found).toEqual({ ...scoreOutputs(scores, images.labels), scores });
  expect(found.scores).toHaveLength(9);
  const unknown = evaluate(model, { ...images, labels: images.labels.map(() => 2) });
  await expect(unknown).rejects.toMatchObject({ kind: "invalid-argument", value: 2 });
});

test("features of another model are refused", async () => {
  const failure = evaluate(smallModel(), { values: [new Float32Array(7)], labels: [1] });
  await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(failure).rejects.toMatchObject({ parameter: "values" });
});

test("rows of outputs are scored as the flat array is, binary or categorical", () => {
  const flat = Float32Array.of(0.75, 0.25, 0.5, 0.5);
  const categorical = -(Math.log(0.75) + Math.log(0.5)) / 2;
  expect(scoreOutputs(asScores(flat, 2), [0, 1])).toEqual(scoreOutputs(flat, [0, 1]));
  expect(scoreOutputs(flat, [0, 1]).loss).toBeCloseTo(categorical, 6);
  const independent = Float32Array.of(0.75, 0.5, 0.5, 0.5);
  const binary = -(Math.log(0.75) + 3 * Math.log(0.5)) / 4;
  expect(scoreOutputs(independent, [0, 1], "binaryCrossentropy").loss).toBeCloseTo(binary, 6);
});

test("outputs that are no numbers are refused with the image, whether features or weights are to blame", async () => {
  const values = [...separableFeatures(3, 1).values];
  values[1] = values[1]!.map(() => Number.NaN);
  await expect(predict(smallModel(), values)).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(predict(smallModel(), values)).rejects.toMatchObject({
    parameter: "values",
    value: { image: 1 },
  });
});
