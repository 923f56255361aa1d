import { createRng, DivergenceError, InterruptedError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { TrainingEngine } from "../engine/engine.js";
import { createOnnxEngine } from "../engine/onnx-engine.js";
import type { FeatureArray } from "../features/feature-array.js";
import type { LeakagePolicy } from "../features/leakage.js";
import { predict } from "../loop/evaluate.js";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import {
  accuracy,
  images,
  optimizer,
  foldOptions as options,
  repeats,
  rows,
} from "../testing/cross-validation.js";
import { smallModel } from "../testing/small-model.js";
import { crossValidate, type FoldTask } from "./cross-validate.js";
import type { FoldRecord } from "./folds.js";
import type { Score } from "./scores.js";

beforeAll(useCpuBackend);

/** What a program does that writes records to disk and reads them back. */
const throughJson = (records: readonly FoldRecord[]): FoldRecord[] => JSON.parse(JSON.stringify(records));

/** An engine that keeps what it was given. */
async function spyEngine(): Promise<{
  engine: TrainingEngine;
  learnt: Set<FeatureArray>[];
  judged: Set<FeatureArray>[];
  disposed: () => number;
}> {
  const model = smallModel();
  const inner = await createOnnxEngine(model, { from: "conv", loss: "binaryCrossentropy", threads: 1 });
  model.dispose();
  const learnt: Set<FeatureArray>[] = [];
  const judged: Set<FeatureArray>[] = [];
  let disposed = 0;
  return {
    learnt,
    judged,
    disposed: () => disposed,
    engine: {
      ...inner,
      gradients(weights, batch) {
        learnt.push(new Set(batch.features));
        return inner.gradients(weights, batch);
      },
      outputs(weights, features) {
        judged.push(new Set(features));
        return inner.outputs(weights, features);
      },
      async dispose() {
        disposed++;
        await inner.dispose();
      },
    },
  };
}

describe("crossValidate", () => {
  test("holds every image out once a repeat, and leaves no tensors", async () => {
    const result = await expectNewTensors(() => crossValidate(options()));
    expect(result.folds.map(({ repeat, fold, seed }) => [repeat, fold, seed])).toEqual([
      [0, 0, 5],
      [0, 1, 5],
      [0, 2, 5],
      [1, 0, 6],
      [1, 1, 6],
    ]);
    for (const [repeat, { seed, outputs }] of result.repeats.entries()) {
      expect(seed).toBe(repeats[repeat]!.seed);
      expect(outputs).toHaveLength(18);
      const own = result.folds.filter((record) => record.repeat === repeat);
      expect(own.flatMap((record) => record.rows).sort((a, b) => a - b)).toEqual(rows);
      for (const record of own) {
        expect(record.rows.map((row) => outputs[row])).toEqual(record.outputs);
        expect(record).toMatchObject({ trainingImages: 18 - record.rows.length, validationImages: 0 });
      }
    }
  });

  test("a fold is what training and predicting by hand give", async () => {
    const { folds } = await crossValidate(options());
    const held = rows.filter((row) => row % 3 === 1);
    const rest = rows.filter((row) => row % 3 !== 1);
    const pick = (chosen: readonly number[]) => ({
      values: chosen.map((row) => images.values[row]!),
      labels: chosen.map((row) => images.labels[row]!),
    });
    const model = smallModel();
    const { history } = await train(model, {
      training: pick(rest),
      epochs: 2,
      batchSize: 8,
      optimizer: optimizer(),
      seed: 5,
      clock: () => 0,
    });
    const outputs = await predict(model, pick(held).values);
    const record = folds[1]!;
    expect(record.rows).toEqual(held);
    expect(record.lastEpoch).toEqual({ ...history[1], validationLoss: null, validationAccuracy: null });
    for (const [i, output] of record.outputs.entries()) expect(output).toBeCloseTo(outputs[i]!, 6);
    expect(record.metrics).toEqual(accuracyOf(pick(held).labels, record.outputs));
  });

  test("summaries are over the folds of a repeat, and over all", async () => {
    const { folds, repeats: results, summary } = await crossValidate(options());
    const values = folds.map(({ metrics }) => metrics.accuracy!);
    const mean = (of: readonly number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    expect(summary.accuracy).toMatchObject({ count: 5, undefinedCount: 0 });
    expect(summary.accuracy!.mean).toBeCloseTo(mean(values), 14);
    expect(results[0]!.summary.accuracy!.mean).toBeCloseTo(mean(values.slice(0, 3)), 14);
    const [a, b] = values.slice(3);
    expect(results[1]!.summary.accuracy!.standardDeviation).toBeCloseTo(Math.abs(a! - b!) / Math.SQRT2, 14);
  });

  test("the same call gives the same result; another seed another", async () => {
    const first = await crossValidate(options());
    expect(await crossValidate(options())).toEqual(first);
    const other = await crossValidate(options({ repeats: [{ ...repeats[0]!, seed: 7 }] }));
    expect(other.repeats[0]!.outputs).not.toEqual(first.repeats[0]!.outputs);
  });

  test("goes on from records, also from JSON and out of order, to the same result", async () => {
    const whole = await crossValidate(options());
    const completed = throughJson([whole.folds[3]!, whole.folds[0]!]);
    const added: FoldRecord[] = [];
    const progress = new Set<string>();
    const again = await crossValidate(
      options({
        completed,
        onFold: (record) => {
          added.push(record);
        },
        onProgress: ({ repeat, fold, foldsDone, foldsTotal }) =>
          progress.add(`${repeat}.${fold} ${foldsDone}/${foldsTotal}`),
      }),
    );
    expect(again).toEqual(whole);
    expect(added).toEqual([whole.folds[1], whole.folds[2], whole.folds[4]]);
    expect([...progress]).toEqual(["0.1 2/5", "0.2 3/5", "1.1 4/5"]);
    const nothingToDo = options({
      completed: throughJson(whole.folds),
      model: () => Promise.reject(new Error("expected no model to be made")),
    });
    expect(await crossValidate(nothingToDo)).toEqual(whole);
  });

  test("an interruption keeps the folds that were reported, and they suffice to go on", async () => {
    const whole = await crossValidate(options());
    const controller = new AbortController();
    const kept: FoldRecord[] = [];
    const run = expectNewTensors(async () => {
      const stopped = crossValidate(
        options({
          signal: controller.signal,
          onFold: async (record) => {
            kept.push(record);
          },
          onProgress: ({ fold, step }) => fold === 2 && step === 1 && controller.abort(),
        }),
      );
      await expect(stopped).rejects.toBeInstanceOf(InterruptedError);
      await expect(stopped).rejects.toMatchObject({ operation: "training" });
    });
    await run;
    expect(kept).toEqual(whole.folds.slice(0, 2));
    expect(await crossValidate(options({ completed: throughJson(kept) }))).toEqual(whole);
  });

  test("an engine that the caller brings serves all folds and stays open; held-out images are never trained on", async () => {
    const spy = await spyEngine();
    const groups = rows.map((row) => Math.floor(row / 2));
    const folds = groups.map((group) => group % 3);
    const result = await crossValidate(
      options({
        engine: spy.engine,
        repeats: [{ seed: 1, folds }],
        train: ({ fold }) => {
          spy.learnt.push(new Set([new Float32Array([fold])]));
          return { epochs: 1, optimizer: optimizer() };
        },
        validation: { share: 0.34, groups },
      }),
    );
    expect(spy.disposed()).toBe(0);
    for (const [fold, record] of result.folds.entries()) {
      // A marker, then the one step of the fold's epoch.
      const learnt = spy.learnt[2 * fold + 1]!;
      // Validation, then the held-out images.
      const [watched, judged] = spy.judged.slice(2 * fold);
      expect([...judged!]).toEqual(record.rows.map((row) => images.values[row]));
      expect(learnt.size).toBe(record.trainingImages);
      expect(watched!.size).toBe(record.validationImages);
      expect(record.validationImages).toBe(4);
      expect(record.trainingImages + record.validationImages + record.rows.length).toBe(18);
      const all = [...learnt, ...watched!, ...judged!];
      expect(new Set(all).size).toBe(18);
      const groupsOf = (side: Set<FeatureArray>) => [
        ...new Set([...side].map((values) => groups[images.values.indexOf(values as Float32Array)])),
      ];
      expect([...groupsOf(learnt), ...groupsOf(watched!), ...groupsOf(judged!)]).toHaveLength(9);
      expect(record.lastEpoch.validationLoss).toEqual(expect.any(Number));
    }
    await spy.engine.dispose();
  });

  test("a fold learns of its place and its training classes", async () => {
    const tasks: FoldTask[] = [];
    const seeds: number[] = [];
    await crossValidate(
      options({
        repeats: repeats.slice(1),
        train: (task) => {
          tasks.push(task);
          return { epochs: 1, optimizer: optimizer() };
        },
        model: async (seed) => {
          seeds.push(seed);
          return smallModel();
        },
      }),
    );
    expect(tasks).toEqual([
      { repeat: 0, fold: 0, seed: 6, trainingLabels: images.labels.slice(9) },
      { repeat: 0, fold: 1, seed: 6, trainingLabels: images.labels.slice(0, 9) },
    ]);
    expect(seeds).toEqual([6, 6]);
  });

  test("a figure that is undefined in one fold is null there, counted, and left out of the mean", async () => {
    let calls = 0;
    const score: Score = (labels, outputs) => ({
      ...accuracy(labels, outputs),
      precision: calls++ === 1 ? Number.NaN : 1,
    });
    const { folds, summary } = await crossValidate(options({ repeats: repeats.slice(0, 1), score }));
    expect(folds.map(({ metrics }) => metrics.precision)).toEqual([1, null, 1]);
    expect(summary.precision).toEqual({ count: 2, undefinedCount: 1, mean: 1, standardDeviation: 0 });
    expect(summary.accuracy!.undefinedCount).toBe(0);
  });
});

test("outputs of several units land in the rows of their images", async () => {
  const values = rows.map((row) => new Float32Array([row]));
  const engine: TrainingEngine = {
    description: "stub",
    featureShape: [1],
    loss: "binaryCrossentropy",
    units: 3,
    weights: [],
    masks: [],
    gradients: async (_, { features }) => ({
      loss: 1,
      outputs: new Float32Array(3 * features.length),
      gradients: new Map(),
    }),
    outputs: async (_, features) =>
      Float32Array.from(features.flatMap(([row]) => [row!, row! + 0.25, row! + 0.5])),
    dispose: async () => {},
  };
  const result = await crossValidate(options({ images: { values, labels: images.labels }, engine }));
  const expected = rows.map((row) => Float32Array.of(row, row + 0.25, row + 0.5));
  for (const { outputs } of result.repeats) expect(outputs).toEqual(expected);
});

test("a fold that runs away is a divergence, also when only its last step did", async () => {
  const run = crossValidate(
    options({
      train: () => ({ epochs: 1, batchSize: 18, optimizer: sgd({ learningRate: 1e38 }) }),
    }),
  );
  await expect(run).rejects.toBeInstanceOf(DivergenceError);
  await expect(run).rejects.toMatchObject({ epoch: 1, step: 1 });
});

test("folds that part an image's copies name random classes right, folds by group do not", async () => {
  const classes = Array.from({ length: 12 }, (_, i) => i % 2);
  const noise = classes.map((_, index) => {
    const rng = createRng(3, { purpose: "noise", index });
    return Float32Array.from({ length: 8 * 6 * 4 }, () => rng.normal());
  });
  const copies = { values: [...noise, ...noise], labels: [...classes, ...classes] };
  const measure = async (folds: readonly number[], leakage: LeakagePolicy) => {
    const { repeats: results } = await crossValidate(
      options({
        images: copies,
        repeats: [{ seed: 1, folds }],
        leakage,
        train: () => ({ epochs: 30, batchSize: 8, optimizer: optimizer() }),
      }),
    );
    return results[0]!.summary.accuracy!.mean;
  };
  const rowFolds = copies.values.map((_, row) => (row < 12 ? 0 : 1));
  const groupFolds = copies.values.map((_, row) => (row % 12 < 6 ? 0 : 1));
  const byRow = await measure(rowFolds, "allow");
  const byGroup = await measure(groupFolds, "refuse");
  expect(byRow).toBe(1);
  expect(byGroup).toBeLessThan(0.8);
});

/** Accuracy at 0.5, worked out beside the code under test. */
function accuracyOf(labels: readonly number[], outputs: readonly number[]): { accuracy: number } {
  return {
    accuracy: labels.filter((label, i) => label === (outputs[i]! > 0.5 ? 1 : 0)).length / labels.length,
  };
}
