import { InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { predict, scoreOutputs } from "../loop/evaluate.js";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { type RepeatSeedsOptions, repeatSeeds, type SeedRecord } from "./repeat-seeds.js";
import type { Score } from "./scores.js";

beforeAll(useCpuBackend);

const training = separableFeatures(16, 1);
const validation = separableFeatures(4, 2);
const sets = { test: separableFeatures(7, 3), predict: separableFeatures(5, 4) };
const score: Score = (labels, outputs) => {
  const { loss, accuracy } = scoreOutputs(outputs, labels);
  return { loss, accuracy };
};
const trainOptions = () => ({
  epochs: 2,
  batchSize: 8,
  optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
});
const options = (changes: Partial<RepeatSeedsOptions> = {}): RepeatSeedsOptions => ({
  training,
  validation,
  sets,
  seeds: [3, 1, 2],
  model: () => smallModel(),
  train: trainOptions,
  score,
  clock: () => 0,
  ...changes,
});
const throughJson = (records: readonly SeedRecord[]): SeedRecord[] => JSON.parse(JSON.stringify(records));

describe("repeatSeeds", () => {
  test("runs each seed as by hand, and leaves no tensors", async () => {
    const { runs, summary } = await expectNewTensors(() => repeatSeeds(options()));
    expect(runs.map(({ seed }) => seed)).toEqual([3, 1, 2]);
    const model = smallModel();
    const { history } = await train(model, {
      ...trainOptions(),
      training,
      validation,
      seed: 1,
      clock: () => 0,
    });
    expect(runs[1]!.lastEpoch).toEqual(history[1]);
    for (const name of ["test", "predict"] as const) {
      const outputs = await predict(model, sets[name].values);
      expect(runs[1]!.outputs[name]).toHaveLength(outputs.length);
      for (const [i, output] of runs[1]!.outputs[name]!.entries()) expect(output).toBeCloseTo(outputs[i]!, 6);
      const losses = runs.map(({ metrics }) => metrics[name]!.loss!);
      expect(new Set(losses).size).toBe(3);
      expect(summary[name]!.loss).toMatchObject({ count: 3, undefinedCount: 0 });
      expect(summary[name]!.loss!.mean).toBeCloseTo((losses[0]! + losses[1]! + losses[2]!) / 3, 12);
    }
  });

  test("the same call gives the same result, also when it goes on from records", async () => {
    const whole = await repeatSeeds(options());
    expect(await repeatSeeds(options())).toEqual(whole);
    const added: number[] = [];
    const progress = new Set<string>();
    const again = await repeatSeeds(
      options({
        completed: throughJson([whole.runs[2]!, whole.runs[0]!]),
        onRun: ({ seed }) => {
          added.push(seed);
        },
        onProgress: ({ seed, runsDone, runsTotal }) => progress.add(`${seed}: ${runsDone}/${runsTotal}`),
      }),
    );
    expect(again).toEqual(whole);
    expect(added).toEqual([1]);
    expect([...progress]).toEqual(["1: 2/3"]);
  });

  test("without validation its metrics are null", async () => {
    const { validation: _, ...rest } = options({ seeds: [1] });
    const { runs, summary } = await repeatSeeds(rest);
    expect(runs[0]!.lastEpoch).toMatchObject({ validationLoss: null, validationAccuracy: null });
    expect(summary.test!.loss).toMatchObject({ count: 1, standardDeviation: Number.NaN });
  });

  test("an interruption keeps the runs that were reported", async () => {
    const controller = new AbortController();
    const kept: SeedRecord[] = [];
    const run = repeatSeeds(
      options({
        signal: controller.signal,
        onRun: (record) => {
          kept.push(record);
          controller.abort();
        },
      }),
    );
    await expect(run).rejects.toBeInstanceOf(InterruptedError);
    expect(kept.map(({ seed }) => seed)).toEqual([3]);
    expect(await repeatSeeds(options({ completed: throughJson(kept) }))).toEqual(
      await repeatSeeds(options()),
    );
  });

  let named = 0;
  const record: SeedRecord = {
    seed: 3,
    metrics: {},
    outputs: { test: [0, 0, 0, 0, 0, 0, 0], predict: [0, 0, 0, 0, 0] },
    lastEpoch: { epoch: 1, loss: 1, accuracy: 1, validationLoss: 1, validationAccuracy: 1, seconds: 0 },
    epoch: 1,
    stoppedEarly: false,
    seconds: 0,
  };
  test.each<[string, Partial<RepeatSeedsOptions>, string]>([
    ["no seeds", { seeds: [] }, "seeds"],
    ["a seed twice", { seeds: [1, 2, 1] }, "seeds"],
    [
      "metrics of changing names",
      { score: (labels) => ({ [`of ${labels.length} images, ${named++}`]: 1 }) },
      "score",
    ],
    ["no sets", { sets: {} }, "sets"],
    ["a set of other features", { sets: { test: { values: [new Float32Array(2)], labels: [0] } } }, "test"],
    ["a record of another seed", { completed: [{ ...record, seed: 9 }] }, "completed"],
    ["two records of a seed", { completed: [record, record] }, "completed"],
    ["a record without a set", { completed: [{ ...record, outputs: { test: [0] } }] }, "completed"],
    [
      "a record of other images",
      { completed: [{ ...record, outputs: { ...record.outputs, predict: [0] } }] },
      "completed",
    ],
  ])("refuses %s", async (_, changes, parameter) => {
    const run = repeatSeeds(options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });
});
