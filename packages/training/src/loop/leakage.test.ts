import { mkdtemp, readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError, LeakageError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { variantFeatures } from "../features/epoch-features.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { weightsOf } from "../testing/weights-of.js";
import { train } from "./train.js";
import type { TrainOptions } from "./train-options.js";

beforeAll(useCpuBackend);

const training = separableFeatures(16, 1);
const validation = separableFeatures(4, 2);
/** The first training image among the validation images. */
const leaking = {
  values: [...validation.values, training.values[0]!.slice()],
  labels: [...validation.labels, 0],
};
const patients = (letter: string, count: number) =>
  Array.from({ length: count }, (_, row) => ({ path: `${letter}${row}`, patientId: `${letter}${row}` }));
const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  training,
  validation,
  epochs: 1,
  optimizer: sgd({ learningRate: 0.05 }),
  seed: 5,
  clock: () => 0,
  ...changes,
});

describe("train", () => {
  test("refuses a training image among the validation images before the first step, and leaves no tensors", async () => {
    const model = smallModel();
    const before = weightsOf(model);
    let steps = 0;
    await expectNewTensors(async () => {
      const run = train(model, options({ validation: leaking, onStep: () => steps++ }));
      await expect(run).rejects.toBeInstanceOf(LeakageError);
      await expect(run).rejects.toMatchObject({
        leaks: [
          {
            kind: "image",
            images: [
              { split: "training", path: "training image 0" },
              { split: "validation", path: "validation image 4" },
            ],
          },
        ],
      });
    });
    expect(steps).toBe(0);
    expect(weightsOf(model)).toEqual(before);
  });

  test("goes on where that is allowed", async () => {
    const { history } = await train(smallModel(), options({ validation: leaking, leakage: "allow" }));
    expect(history).toHaveLength(1);
  });

  test("refuses a patient on both sides, also of augmented images", async () => {
    const origins = patients("t", 16);
    const watched = { ...validation, origins: [...patients("v", 3), { path: "v3", patientId: "t7" }] };
    const leaks = [{ kind: "patient", name: "t7" }];
    for (const images of [
      { ...training, origins },
      variantFeatures([training.values], training.labels, 1, origins),
    ]) {
      const run = train(smallModel(), options({ training: images, validation: watched }));
      await expect(run).rejects.toMatchObject({ kind: "leakage", leaks });
      const clean = { ...validation, origins: patients("v", 4) };
      await expect(
        train(smallModel(), options({ training: images, validation: clean })),
      ).resolves.toBeDefined();
    }
  });

  test("leaves the checkpoints of an earlier run where they are", async () => {
    const folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "checkpoints");
    const checkpoint = { folder, key: "images", resume: false };
    await train(smallModel(), options({ checkpoint }));
    const files = await readdir(folder);
    const run = train(smallModel(), options({ checkpoint, validation: leaking }));
    await expect(run).rejects.toBeInstanceOf(LeakageError);
    expect(files).toHaveLength(1);
    expect(await readdir(folder)).toEqual(files);
  });

  test("what is done about leakage, and origins, are no part of what a checkpoint belongs to", async () => {
    const folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "checkpoints");
    const checkpoint = (resume: boolean) => ({ folder, key: "images", resume });
    const whole = smallModel();
    const { history } = await train(whole, options({ epochs: 2 }));
    await train(smallModel(), options({ checkpoint: checkpoint(false) }));
    const model = smallModel();
    const resumed = await train(
      model,
      options({
        epochs: 2,
        training: { ...training, origins: patients("t", 16) },
        leakage: "allow",
        checkpoint: checkpoint(true),
      }),
    );
    expect(resumed.history).toEqual(history);
    expect(weightsOf(model)).toEqual(weightsOf(whole));
  });

  test.each<[string, Partial<TrainOptions>, string, unknown]>([
    ["another word for leakage", { leakage: "warn" as never }, "leakage", "warn"],
    ["too few origins", { training: { ...training, origins: patients("t", 15) } }, "training", 15],
    ["too many origins", { validation: { ...validation, origins: patients("v", 5) } }, "validation", 5],
    [
      "too few origins of augmented images",
      {
        training: { ...variantFeatures([training.values], training.labels, 1), origins: patients("t", 3) },
      },
      "training",
      3,
    ],
  ])("refuses %s", async (_, changes, parameter, value) => {
    const run = train(smallModel(), options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter, value });
  });
});
