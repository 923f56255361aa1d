import { createRng, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import { extractFeatures } from "../features/extract-features.js";
import { IMAGE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { predict } from "./predict.js";

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
