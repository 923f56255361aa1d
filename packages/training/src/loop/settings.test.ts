import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DivergenceError } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { Batch, TrainingEngine, Weights } from "../engine/engine.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import { variantFeatures } from "../features/epoch-features.js";
import { toHalf } from "../features/feature-array.js";
import { cosineSchedule } from "../optimizers/schedules.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { weightsOf } from "../testing/weights-of.js";
import { latestCheckpoint } from "./checkpoints.js";
import { evaluate } from "./evaluate.js";
import { train } from "./train.js";
import type { TrainOptions } from "./train-options.js";

beforeAll(useCpuBackend);

const training = separableFeatures(22, 1);
const validation = separableFeatures(9, 2);
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  training,
  validation,
  epochs: 3,
  batchSize: 8,
  optimizer: sgd({ learningRate: 0.05 }),
  seed: 5,
  clock: () => 0,
  ...changes,
});

async function trained(changes: Partial<TrainOptions>): Promise<number[]> {
  const model = smallModel();
  await train(model, options(changes));
  return weightsOf(model);
}

describe("early stopping", () => {
  test("ends the run and leaves the weights of the best epoch", async () => {
    const model = smallModel();
    // With this rate the validation loss falls, then rises.
    const optimizer = sgd({ learningRate: 0.5, momentum: 0.9 });
    const { history, epoch, stoppedEarly } = await train(
      model,
      options({ epochs: 60, optimizer, earlyStopping: { patience: 3 } }),
    );
    expect(stoppedEarly).toBe(true);
    expect(history.length).toBe(epoch + 3);
    const losses = history.map((record) => record.validationLoss);
    expect(Math.min(...losses)).toBe(losses[epoch - 1]);
    expect((await evaluate(model, validation)).loss).toBeCloseTo(losses[epoch - 1]!, 5);
  });

  test("can leave the last weights instead", async () => {
    const model = smallModel();
    const { history, epoch } = await train(
      model,
      options({
        epochs: 60,
        optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }),
        earlyStopping: { patience: 3, restoreBest: false },
      }),
    );
    expect(epoch).toBe(history.length);
    expect((await evaluate(model, validation)).loss).toBeCloseTo(history.at(-1)!.validationLoss, 5);
  });

  test("needs images to watch", async () => {
    const { validation: _, ...rest } = options({ earlyStopping: { patience: 1 } });
    await expect(train(smallModel(), rest)).rejects.toMatchObject({
      kind: "invalid-argument",
      parameter: "earlyStopping",
    });
  });
});

/** An engine that notes what it is given. */
async function spyingEngine(
  batches: Batch[],
  spoil?: (gradient: Float32Array) => void,
): Promise<TrainingEngine> {
  const engine = await createOnnxEngine(smallModel(), { from: "conv", loss: "binaryCrossentropy" });
  return {
    ...engine,
    async gradients(weights: Weights, batch: Batch) {
      batches.push(batch);
      const result = await engine.gradients(weights, batch);
      for (const gradient of result.gradients.values()) spoil?.(gradient);
      return result;
    },
  };
}

describe("class weights", () => {
  test("reach every image of its class, in the batch's order", async () => {
    const batches: Batch[] = [];
    const engine = await spyingEngine(batches);
    await train(smallModel(), options({ engine, classWeights: [0.5, 4], epochs: 1 }));
    for (const { labels, sampleWeights } of batches) {
      expect([...sampleWeights!]).toEqual(Array.from(labels.data, (label) => (label === 1 ? 4 : 0.5)));
    }
    expect(batches.map(({ features }) => features.length)).toEqual([8, 8, 6]);
    await engine.dispose();
  });

  test("balanced ones of balanced classes change nothing but the last bits", async () => {
    const plain = await trained({});
    const balanced = await trained({ classWeights: "balanced" });
    balanced.forEach((value, i) => {
      expect(value).toBeCloseTo(plain[i]!, 5);
    });
  });
});

test("clipping to a tiny norm makes steps of that length", async () => {
  const before = weightsOf(smallModel());
  const after = await trained({ clip: { norm: 1e-3 }, epochs: 1, batchSize: 22 });
  const moved = Math.hypot(...after.map((value, i) => value - before[i]!));
  // One step: rate times norm; float32 weights of about 0.5 resolve 6e-8.
  expect(moved / (0.05 * 1e-3)).toBeCloseTo(1, 1);
});

test.each([
  { what: "in the last step", changes: { epochs: 1, batchSize: 22 } },
  {
    what: "watched by early stopping",
    changes: { epochs: 1, batchSize: 22, earlyStopping: { patience: 1 } },
  },
])(
  "weights that are no longer finite, $what, are a divergence and reach no checkpoint",
  async ({ changes }) => {
    const folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "checkpoints");
    const model = smallModel();
    const before = weightsOf(model);
    const engine = await spyingEngine([], (gradient) => {
      gradient[0] = Number.NaN;
    });
    const checkpoint = { folder, key: "", resume: false };
    const run = train(model, options({ ...changes, engine, checkpoint }));
    await expect(run).rejects.toBeInstanceOf(DivergenceError);
    await expect(run).rejects.toMatchObject({ epoch: 1, step: 1 });
    expect(weightsOf(model)).toEqual(before);
    expect((await latestCheckpoint(folder)).checkpoint).toBeUndefined();
    await engine.dispose();
  },
);

test("a loss that is not the engine's is refused", async () => {
  const engine = await spyingEngine([]);
  const run = train(smallModel(), options({ engine, loss: "categoricalCrossentropy" }));
  await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "loss" });
  await engine.dispose();
});

test("two runs at once on one engine are refused rather than mixed", async () => {
  const engine = await createOnnxEngine(smallModel(), { from: "conv", loss: "binaryCrossentropy" });
  const runs = await Promise.allSettled([
    train(smallModel(), options({ engine })),
    train(smallModel(), options({ engine, seed: 6 })),
  ]);
  const refused = runs.filter((run) => run.status === "rejected");
  expect(refused.length).toBeGreaterThan(0);
  for (const { reason } of refused) {
    expect(reason).toMatchObject({ kind: "invalid-argument", parameter: "engine" });
  }
  await engine.dispose();
});

test("a gradient that is not finite stops training though the loss is", async () => {
  const engine = await spyingEngine([], (gradient) => {
    gradient[0] = Number.NaN;
  });
  const run = train(smallModel(), options({ engine, clip: { norm: 1 } }));
  await expect(run).rejects.toBeInstanceOf(DivergenceError);
  await expect(run).rejects.toMatchObject({ epoch: 1, step: 1 });
  await engine.dispose();
});

test("a schedule that reaches 0 leaves the last steps without effect", async () => {
  const zeroFrom = (epoch: number) => ({
    description: { schedule: "test" },
    factor: ({ step, stepsPerEpoch }: { step: number; stepsPerEpoch: number }) =>
      step < epoch * stepsPerEpoch ? 1 : 0,
  });
  expect(await trained({ epochs: 3, schedule: zeroFrom(2) })).toEqual(await trained({ epochs: 2 }));
  expect(await trained({ schedule: cosineSchedule() })).not.toEqual(await trained({}));
});

describe("features", () => {
  test("one variant equals plain features", async () => {
    expect(await trained({ training: variantFeatures([training.values], training.labels, 1) })).toEqual(
      await trained({}),
    );
  });

  test("of float16 train like their float32 values", async () => {
    const halves = training.values.map((value) => toHalf(value as Float32Array));
    const close = await trained({ training: { ...training, values: halves } });
    const exact = await trained({});
    close.forEach((value, i) => {
      expect(Math.abs(value - exact[i]!)).toBeLessThan(1e-2);
    });
  });

  test("that come later and do not fit are refused when they come", async () => {
    const variants = variantFeatures([training.values.map(() => new Float32Array(3))], training.labels, 1);
    await expect(train(smallModel(), options({ training: variants }))).rejects.toMatchObject({
      kind: "invalid-argument",
      parameter: "training",
      value: 3,
    });
  });
});
