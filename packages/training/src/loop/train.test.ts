import { DivergenceError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, referenceStep, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { input, model as layersModel } from "@tensorflow/tfjs-layers";
import { putWeights, takeWeights } from "../engine/model-weights.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { batchBuffer } from "../features/feature-array.js";
import { gatherLabels } from "../features/labelled-features.js";
import { adam } from "../optimizers/adam.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { FEATURE_SHAPE } from "../testing/shapes.js";
import { smallModel } from "../testing/small-model.js";
import { weightsOf } from "../testing/weights-of.js";
import { evaluate } from "./evaluate.js";
import { train } from "./train.js";
import type { EpochRecord, TrainOptions } from "./train-options.js";

beforeAll(useCpuBackend);

const training = separableFeatures(22, 1);
const validation = separableFeatures(9, 2);
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  training,
  validation,
  epochs: 3,
  batchSize: 8,
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
  seed: 5,
  clock: () => 0,
  ...changes,
});

describe("train", () => {
  test("learns a separable task, and the trained weights are in the model", async () => {
    const model = smallModel();
    const before = await evaluate(model, validation);
    const { history, engine } = await expectNewTensors(() => train(model, options({ epochs: 25 })));
    expect(engine).toMatch(/^onnxruntime-node \d/);
    expect(history.map((record) => record.epoch)).toEqual(Array.from({ length: 25 }, (_, i) => i + 1));
    expect(history.at(-1)!.loss).toBeLessThan(0.4 * history[0]!.loss);
    const after = await expectNewTensors(() => evaluate(model, validation));
    expect(after.accuracy).toBeGreaterThan(before.accuracy);
    expect(after.accuracy).toBe(1);
    expect(after.accuracy).toBe(history.at(-1)!.validationAccuracy);
    expect(after.loss).toBeCloseTo(history.at(-1)!.validationLoss, 5);
  });

  test("one seed gives one result bit for bit, another seed another", async () => {
    const run = async (seed: number) => {
      const model = smallModel();
      const { history } = await train(model, options({ seed, optimizer: adam() }));
      return { history, weights: weightsOf(model) };
    };
    const first = await run(5);
    expect(await run(5)).toEqual(first);
    expect((await run(6)).weights).not.toEqual(first.weights);
  });

  test("five steps have TensorFlow.js' losses and weights", async () => {
    const labels = { values: training.values.slice(0, 6), labels: training.labels.slice(0, 6) };
    const rate = 0.05;
    const momentum = 0.9;
    const model = smallModel({ dropout: 0 });
    const { history } = await train(
      model,
      options({
        training: labels,
        epochs: 5,
        batchSize: 6,
        optimizer: sgd({ learningRate: rate, momentum }),
      }),
    );

    // TensorFlow.js works on the tail as a model of its own; Keras' update rule is applied by hand.
    const reference = tailOf(smallModel({ dropout: 0 }));
    const rows = labels.labels.map((_, i) => i);
    const velocity = new Map<string, Float32Array>();
    for (const record of history) {
      const step = referenceStep(
        reference,
        "binaryCrossentropy",
        batchBuffer(FEATURE_SHAPE)(labels.values),
        gatherLabels(labels.labels, rows, 1),
        {},
      );
      expect(Math.abs(record.loss / step.loss - 1)).toBeLessThan(1e-4);
      const weights = takeWeights(
        reference,
        [...step.gradients.keys()].map((name) => ({ name, shape: [] })),
      );
      for (const [name, gradient] of step.gradients) {
        const v = velocity.get(name) ?? new Float32Array(gradient.length);
        velocity.set(
          name,
          v.map((old, i) => momentum * old - rate * gradient[i]!),
        );
        const { data } = weights.get(name)!;
        velocity.get(name)!.forEach((change, i) => {
          data[i]! += change;
        });
      }
      setTail(reference, weights);
    }
    for (const name of velocity.keys()) {
      const info = [{ name, shape: [] }];
      const [actual] = takeWeights(model, info).values();
      const [expected] = takeWeights(reference, info).values();
      expect(relativeError(actual!.data, expected!.data)).toBeLessThan(1e-4);
    }
  });

  test("reports every step and epoch in order", async () => {
    const events: string[] = [];
    await train(
      smallModel(),
      options({
        epochs: 2,
        onStep: ({ epoch, step, steps }) => events.push(`${epoch}:${step}/${steps}`),
        onEpoch: ({ epoch }: EpochRecord) => {
          events.push(`epoch ${epoch}`);
        },
      }),
    );
    expect(events).toEqual(["1:1/3", "1:2/3", "1:3/3", "epoch 1", "2:1/3", "2:2/3", "2:3/3", "epoch 2"]);
  });

  test("without validation its figures are NaN, not 0", async () => {
    const { validation: _, ...rest } = options({ epochs: 1 });
    const { history } = await train(smallModel(), rest);
    expect(history[0]).toMatchObject({ validationLoss: Number.NaN, validationAccuracy: Number.NaN });
  });

  test("a loss that runs away stops training and leaves the model as it was", async () => {
    const model = smallModel();
    const before = weightsOf(model);
    const run = train(model, options({ epochs: 50, optimizer: sgd({ learningRate: 1e30 }) }));
    await expect(run).rejects.toBeInstanceOf(DivergenceError);
    await expect(run).rejects.toMatchObject({ epoch: 1 });
    expect(weightsOf(model)).toEqual(before);
  });

  test("an interruption stops between steps", async () => {
    const controller = new AbortController();
    const run = train(
      smallModel(),
      options({ signal: controller.signal, onStep: ({ step }) => step === 2 && controller.abort() }),
    );
    await expect(run).rejects.toBeInstanceOf(InterruptedError);
    await expect(run).rejects.toMatchObject({ operation: "training" });
  });

  test("an engine that the caller brings is used and left open", async () => {
    const model = smallModel();
    const engine = await createOnnxEngine(model, { from: "conv", loss: "binaryCrossentropy", threads: 1 });
    const first = await train(model, options({ engine }));
    const again = await train(smallModel(), options({ engine }));
    expect(first.history).toHaveLength(3);
    expect(again.history.map((r) => r.epoch)).toEqual([1, 2, 3]);
    await engine.dispose();
  });

  test.each([
    { changes: { epochs: 0 }, parameter: "epochs" },
    { changes: { batchSize: 0 }, parameter: "batchSize" },
    { changes: { training: { values: [], labels: [] } }, parameter: "training" },
    { changes: { training: { values: training.values, labels: [1] } }, parameter: "training" },
    { changes: { validation: { values: [new Float32Array(3)], labels: [1] } }, parameter: "validation" },
    {
      changes: { validation: { values: training.values.slice(0, 1), labels: [2] } },
      parameter: "validation",
    },
  ])("refuses $parameter that does not fit", async ({ changes, parameter }) => {
    const run = train(smallModel(), options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });
});

/** The layers behind "frozen" as a model of their own, with the same weights. */
function tailOf(whole: LayersModel): LayersModel {
  const features = input({ shape: [...FEATURE_SHAPE] });
  let value = features;
  for (const layer of whole.layers.slice(whole.layers.findIndex((l) => l.name === "conv"))) {
    value = layer.apply(value) as typeof value;
  }
  return layersModel({ inputs: features, outputs: value });
}

function setTail(tail: LayersModel, weights: ReturnType<typeof takeWeights>): void {
  const shaped = new Map(
    [...weights].map(([name, { data }]) => {
      const layer = tail.layers.find((l) => name.startsWith(`${l.name}/`))!;
      const weight = layer.weights.find((w) => w.originalName.endsWith(name.slice(name.lastIndexOf("/"))))!;
      return [name, { data, dims: weight.shape as number[] }];
    }),
  );
  putWeights(tail, shaped);
}
