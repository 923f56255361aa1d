import { mkdtemp, readdir, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { adam } from "../optimizers/adam.js";
import { cosineSchedule } from "../optimizers/schedules.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { weightsOf } from "../testing/weights-of.js";
import { latestCheckpoint } from "./checkpoints.js";
import { train } from "./train.js";
import type { EpochRecord, Resumption, TrainOptions } from "./train-options.js";

beforeAll(useCpuBackend);

let folder: string;
beforeEach(async () => {
  folder = join(await mkdtemp(join(tmpdir(), "covidxr-")), "checkpoints");
});

const options = (changes: Partial<TrainOptions> = {}): TrainOptions => ({
  training: separableFeatures(22, 1),
  validation: separableFeatures(9, 2),
  epochs: 6,
  batchSize: 8,
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
  seed: 5,
  clock: () => 0,
  ...changes,
});

const checkpoint = (resume: boolean, key = "images") => ({ checkpoint: { folder, key, resume } });

/** Trains until `epochs` are done, then stops as Ctrl-C does. */
async function interruptedAfter(epochs: number, changes: Partial<TrainOptions>): Promise<void> {
  const controller = new AbortController();
  const run = train(
    smallModel(),
    options({
      ...changes,
      signal: controller.signal,
      onEpoch: ({ epoch }) => {
        if (epoch === epochs) controller.abort();
      },
    }),
  );
  await expect(run).rejects.toBeInstanceOf(InterruptedError);
}

const SETTINGS: readonly { name: string; make: () => Partial<TrainOptions> }[] = [
  { name: "SGD with momentum", make: () => ({}) },
  { name: "Adam", make: () => ({ optimizer: adam() }) },
  { name: "a schedule", make: () => ({ schedule: cosineSchedule() }) },
  { name: "clipping and class weights", make: () => ({ clip: { norm: 0.1 }, classWeights: [1, 3] }) },
  {
    name: "early stopping",
    make: () => ({
      epochs: 60,
      earlyStopping: { patience: 3 },
      optimizer: sgd({ learningRate: 0.5, momentum: 0.9 }),
    }),
  },
  { name: "no validation", make: () => ({ validation: undefined as never }) },
];

describe.each(SETTINGS)("with $name", ({ make }) => {
  test("a run stopped twice ends with the bits of one that was not", async () => {
    const whole = smallModel();
    const expected = await train(whole, options(make()));

    await interruptedAfter(2, { ...make(), ...checkpoint(false) });
    await interruptedAfter(3, { ...make(), ...checkpoint(true) });
    const model = smallModel();
    const seen: Resumption[] = [];
    const epochs: EpochRecord[] = [];
    const resumed = await expectNewTensors(() =>
      train(
        model,
        options({
          ...make(),
          ...checkpoint(true),
          onResume: (resumption) => {
            seen.push(resumption);
          },
          onEpoch: (record) => {
            epochs.push(record);
          },
        }),
      ),
    );
    expect(resumed).toEqual(expected);
    expect(weightsOf(model)).toEqual(weightsOf(whole));
    expect(seen).toEqual([{ history: expected.history.slice(0, 3), damaged: [] }]);
    expect(epochs).toEqual(expected.history.slice(3));
  });
});

test("a torn checkpoint costs the last epoch and is named", async () => {
  const whole = smallModel();
  await train(whole, options());
  await interruptedAfter(4, checkpoint(false));
  const [, latest] = (await readdir(folder)).sort();
  await truncate(join(folder, latest!), 1000);
  const model = smallModel();
  let resumption: Resumption | undefined;
  await train(
    model,
    options({
      ...checkpoint(true),
      onResume: (found) => {
        resumption = found;
      },
    }),
  );
  expect(resumption?.history).toHaveLength(3);
  expect(resumption?.damaged).toEqual([join(folder, latest!)]);
  expect(weightsOf(model)).toEqual(weightsOf(whole));
});

test("when every checkpoint is damaged the run starts anew, and says so", async () => {
  const whole = smallModel();
  await train(whole, options());
  await interruptedAfter(3, checkpoint(false));
  const names = await readdir(folder);
  for (const name of names) await truncate(join(folder, name), 10);
  const model = smallModel();
  let resumption: Resumption | undefined;
  const { history } = await train(
    model,
    options({
      ...checkpoint(true),
      onResume: (found) => {
        resumption = found;
      },
    }),
  );
  expect(resumption).toEqual({
    history: [],
    damaged: names
      .map((name) => join(folder, name))
      .sort()
      .reverse(),
  });
  expect(history).toHaveLength(6);
  expect(weightsOf(model)).toEqual(weightsOf(whole));
});

test("a finished run resumes to its end, also one that early stopping ended", async () => {
  for (const earlyStopping of [undefined, { patience: 1, minimumDelta: 10 }]) {
    const changes = earlyStopping === undefined ? {} : { earlyStopping };
    const model = smallModel();
    const first = await train(model, options({ ...changes, ...checkpoint(false) }));
    const again = smallModel();
    const onEpoch = () => {
      throw new Error("trained an epoch");
    };
    expect(await train(again, options({ ...changes, ...checkpoint(true), onEpoch }))).toEqual(first);
    expect(weightsOf(again)).toEqual(weightsOf(model));
  }
});

test("a run without schedule can be prolonged", async () => {
  const whole = smallModel();
  await train(whole, options({ epochs: 6 }));
  await train(smallModel(), options({ epochs: 4, ...checkpoint(false) }));
  const model = smallModel();
  await train(model, options({ epochs: 6, ...checkpoint(true) }));
  expect(weightsOf(model)).toEqual(weightsOf(whole));
});

test.each<{ what: string; changes: Partial<TrainOptions>; key?: string; dropout?: number }>([
  { what: "other images", changes: {}, key: "other images" },
  { what: "another seed", changes: { seed: 6 } },
  { what: "another optimiser", changes: { optimizer: adam() } },
  { what: "another batch size", changes: { batchSize: 7 } },
  { what: "class weights", changes: { classWeights: "balanced" } },
  { what: "no validation", changes: { validation: undefined as never } },
  {
    what: "other labels",
    changes: {
      training: { ...separableFeatures(22, 1), labels: separableFeatures(22, 1).labels.map((l) => 1 - l) },
    },
  },
  { what: "another dropout rate", changes: {}, dropout: 0.25 },
])("a checkpoint of a run with $what is refused", async ({ changes, key, dropout = 0.5 }) => {
  await train(smallModel(), options({ epochs: 1, ...checkpoint(false) }));
  const run = train(smallModel({ dropout }), options({ ...changes, ...checkpoint(true, key) }));
  await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(run).rejects.toMatchObject({ parameter: "checkpoint", value: folder });
});

test("settings given as their defaults are the same run", async () => {
  const { batchSize: _, ...rest } = options({ epochs: 1, ...checkpoint(false) });
  await train(smallModel(), rest);
  const same = options({ epochs: 1, batchSize: 64, loss: "binaryCrossentropy", ...checkpoint(true) });
  expect((await train(smallModel(), same)).history).toHaveLength(1);
});

test("an optimiser that remembers another run is refused", async () => {
  const optimizer = sgd({ learningRate: 0.05, momentum: 0.9 });
  await train(smallModel(), options({ epochs: 1, optimizer }));
  const run = train(smallModel(), options({ optimizer, ...checkpoint(true) }));
  await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "optimizer" });
});

test("fewer epochs than were trained are refused", async () => {
  await train(smallModel(), options({ epochs: 3, ...checkpoint(false) }));
  const run = train(smallModel(), options({ epochs: 2, ...checkpoint(true) }));
  await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "epochs", value: 2 });
});

test("without resume old checkpoints are cleared before the first epoch", async () => {
  await train(smallModel(), options({ epochs: 3, ...checkpoint(false) }));
  await train(
    smallModel(),
    options({
      epochs: 1,
      seed: 9,
      ...checkpoint(false),
    }),
  );
  expect((await latestCheckpoint(folder)).checkpoint?.epoch).toBe(1);
  expect(await readdir(folder)).toHaveLength(1);
});
