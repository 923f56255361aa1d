import { UnsupportedLayerError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { type LayersModel, layers } from "@tensorflow/tfjs-layers";
import { toHalf } from "../features/feature-array.js";
import { batchFor, buildCase, CASES, conv, expectSameAsOnnx, head } from "../testing/engine-cases.js";
import { takeWeights } from "./model-weights.js";
import { tfjsEngineOn } from "./tfjs-engine.js";

/** The native packages do not install everywhere; the pure JavaScript backend takes the same calls. */
const CPU = { backend: "cpu", description: "tfjs-node 4.22.0 (tensorflow)" };
const TAIL = { from: "a", loss: "binaryCrossentropy" } as const;

beforeAll(useCpuBackend);

test.each(CASES)("$name: what onnxruntime's engine gives", (each) => expectSameAsOnnx(each, CPU));

describe("weights", () => {
  const tail = () => buildCase(() => [conv("a"), ...head(1, "sigmoid")]);
  const create = (model: LayersModel) => tfjsEngineOn(CPU, model, TAIL);

  test("come with every call: the model is neither read nor written, nor are they", async () => {
    const model = tail();
    const engine = create(model);
    const own = takeWeights(model, engine.weights);
    const others = new Map(
      [...own].map(([name, { data, dims }]) => [name, { data: data.map((v) => v / 2), dims }]),
    );
    const batch = batchFor(engine, false);
    const first = await engine.gradients(own, batch);
    const other = await engine.gradients(others, batch);
    expect(other.loss).not.toBe(first.loss);
    expect(await engine.gradients(own, batch)).toEqual(first);
    expect(takeWeights(model, engine.weights)).toEqual(own);
    await engine.dispose();
    expect(takeWeights(model, engine.weights)).toEqual(own);
    model.dispose();
  });

  test.each(["head/bias", "d/mask"])("without %s the step is refused", async (missing) => {
    const model = buildCase(() => [
      conv("a"),
      layers.dropout({ name: "d", rate: 0.5 }),
      ...head(1, "sigmoid"),
    ]);
    const engine = create(model);
    const weights = new Map(takeWeights(model, engine.weights));
    const batch = batchFor(engine, false);
    weights.delete(missing);
    const { [missing]: _, ...masks } = batch.masks;
    const step = engine.gradients(weights, { ...batch, masks });
    await expect(step).rejects.toMatchObject({ kind: "invalid-argument", parameter: "inputs" });
    await expect(step).rejects.toThrow(`"${missing}"`);
    await engine.dispose();
  });
});

test("half precision features are read as their values", async () => {
  const model = buildCase(() => head(1, "sigmoid"));
  const engine = tfjsEngineOn(CPU, model, { ...TAIL, from: "flat" });
  const weights = takeWeights(model, engine.weights);
  // Eighths up to 16 are exact in half precision.
  const values = Float32Array.from({ length: 7 * 6 * 3 }, (_, i) => i / 8);
  expect(await engine.outputs(weights, [toHalf(values)])).toEqual(await engine.outputs(weights, [values]));
  await engine.dispose();
});

describe("what TensorFlow.js cannot train", () => {
  test("a dilated convolution is named, with what can", async () => {
    const model = buildCase(() => [conv("a"), conv("odd", { dilationRate: 2 }), ...head(1, "sigmoid")]);
    await expectNewTensors(async () => {
      const create = () => tfjsEngineOn(CPU, model, TAIL);
      expect(create).toThrow(UnsupportedLayerError);
      expect(create).toThrow(
        expect.objectContaining({ layer: "odd", supported: ["dilationRate 1", 'engine "onnx"'] }),
      );
    });
  });

  test("an unknown layer and an unsupported one are refused as by onnxruntime's engine", () => {
    const model = buildCase(() => head(1, "sigmoid"));
    expect(() => tfjsEngineOn(CPU, model, { ...TAIL, from: "nothing" })).toThrow(
      expect.objectContaining({ parameter: "from" }),
    );
    const normed = buildCase(() => [layers.batchNormalization({ name: "norm" }), ...head(1, "sigmoid")]);
    expect(() => tfjsEngineOn(CPU, normed, { ...TAIL, from: "norm" })).toThrow(UnsupportedLayerError);
  });
});
