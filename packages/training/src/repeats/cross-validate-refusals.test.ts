import { InvalidArgumentError } from "@covidxr/core";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { images, optimizer, foldOptions as options, repeats, rows } from "../testing/cross-validation.js";
import { smallModel } from "../testing/small-model.js";
import { type CrossValidateOptions, crossValidate } from "./cross-validate.js";
import type { FoldRecord } from "./folds.js";
import type { Score } from "./scores.js";

beforeAll(useCpuBackend);

describe("crossValidate refuses", () => {
  const reused = optimizer();
  let shared: ReturnType<typeof smallModel> | undefined;
  test.each<[string, Partial<CrossValidateOptions>, string]>([
    ["no repeats", { repeats: [] }, "repeats"],
    ["folds of another length", { repeats: [{ seed: 1, folds: [0, 1] }] }, "repeats"],
    ["one fold", { repeats: [{ seed: 1, folds: rows.map(() => 0) }] }, "repeats"],
    ["an empty fold", { repeats: [{ seed: 1, folds: rows.map((row) => 2 * (row % 2)) }] }, "repeats"],
    ["a fold of -1", { repeats: [{ seed: 1, folds: rows.map((row) => (row % 2) - 1) }] }, "repeats"],
    ["more features than labels", { images: { ...images, labels: images.labels.slice(1) } }, "images"],
    [
      "held-out images of another size",
      { images: { ...images, values: [new Float32Array(3), ...images.values.slice(1)] } },
      "images",
    ],
    ["a share of nothing", { validation: { share: 0 } }, "validation"],
    ["a bad seed", { repeats: [{ ...repeats[0]!, seed: -1 }] }, "seed"],
    ["one optimiser for all folds", { train: () => ({ epochs: 1, optimizer: reused }) }, "optimizer"],
    [
      "one model for all folds",
      {
        model: () => {
          shared ??= smallModel();
          return shared;
        },
      },
      "model",
    ],
  ])("%s", async (_, changes, parameter) => {
    const run = crossValidate(options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });

  const record: FoldRecord = {
    repeat: 0,
    fold: 0,
    seed: 5,
    trainingImages: 12,
    validationImages: 0,
    rows: rows.filter((row) => row % 3 === 0),
    outputs: [0, 0, 0, 0, 0, 0],
    metrics: { accuracy: 0.5 },
    lastEpoch: {
      epoch: 1,
      loss: 1,
      accuracy: 0.5,
      validationLoss: null,
      validationAccuracy: null,
      seconds: 0,
    },
    epoch: 1,
    stoppedEarly: false,
    seconds: 0,
  };
  test.each<[string, readonly FoldRecord[]]>([
    ["another seed", [{ ...record, seed: 9 }]],
    ["another repeat", [{ ...record, repeat: 2 }]],
    ["another fold", [{ ...record, fold: 1 }]],
    ["other rows", [{ ...record, rows: [1, 2, 3, 4, 5, 6] }]],
    ["too few outputs", [{ ...record, outputs: [0, 0] }]],
    ["an output that is no number", [{ ...record, outputs: [0, 0, 0, 0, 0, Number.NaN] }]],
    ["two for one fold", [record, record]],
    ["another number of units", [{ ...record, outputs: [...record.outputs, ...record.outputs] }]],
  ])("a record of %s", async (_, completed) => {
    const score: Score = () => ({ accuracy: 1 });
    const run = crossValidate(options({ completed, score, repeats: repeats.slice(0, 1) }));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "completed" });
  });

  test("metrics of changing names at the second fold, before it trains any more", async () => {
    let folds = 0;
    const run = crossValidate(
      options({
        score: () => ({ [`figure ${folds}`]: 1 }),
        onFold: () => {
          folds++;
        },
      }),
    );
    await expect(run).rejects.toMatchObject({ parameter: "score" });
    expect(folds).toBe(2);
  });
});
