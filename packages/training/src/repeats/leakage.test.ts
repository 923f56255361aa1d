import { InvalidArgumentError, LeakageError } from "@covidxr/core";
import type { ImageIdentity } from "@covidxr/dataset";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { accuracy, foldOptions, images, optimizer, repeats, rows } from "../testing/cross-validation.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { type CrossValidateOptions, crossValidate } from "./cross-validate.js";
import { type RepeatSeedsOptions, repeatSeeds } from "./repeat-seeds.js";

beforeAll(useCpuBackend);

const identities = (letter: string, count: number): ImageIdentity[] =>
  Array.from({ length: count }, (_, row) => ({ path: `${letter}${row}`, patientId: `${letter}${row}` }));

/** Whether a model was made, which is the first thing that a run does. */
function spyModel(): { model: () => ReturnType<typeof smallModel>; made: () => number } {
  let made = 0;
  return {
    made: () => made,
    model: () => {
      made++;
      return smallModel();
    },
  };
}

describe("crossValidate", () => {
  const one = { train: () => ({ epochs: 1, optimizer: optimizer() }) };
  const own = identities("i", 18);
  /** Image 17 is of the patient of image 5: in one fold of the first repeat, parted by the second. */
  const parted = own.map((each, row) => (row === 17 ? { ...each, patientId: "i5" } : each));
  const options = (changes: Partial<CrossValidateOptions>) => foldOptions({ ...one, ...changes });

  test("trains folds that share nothing", async () => {
    const { folds } = await crossValidate(options({ images: { ...images, origins: own } }));
    expect(folds).toHaveLength(5);
    const first = options({ images: { ...images, origins: parted }, repeats: repeats.slice(0, 1) });
    expect((await crossValidate(first)).folds).toHaveLength(3);
  });

  test("refuses folds that part a patient before any fold trains, and leaves no tensors", async () => {
    const { model, made } = spyModel();
    await expectNewTensors(async () => {
      const run = crossValidate(options({ images: { ...images, origins: parted }, model }));
      await expect(run).rejects.toBeInstanceOf(LeakageError);
      await expect(run).rejects.toMatchObject({
        leaks: [
          {
            kind: "patient",
            name: "i5",
            images: [
              { split: "fold 0 of repeat 1", path: "i5" },
              { split: "fold 1 of repeat 1", path: "i17" },
            ],
          },
        ],
      });
    });
    expect(made()).toBe(0);
  });

  test("refuses watched copies of images that are learnt from before any fold trains", async () => {
    const { model, made } = spyModel();
    // Rows 6 … 17 hold each picture twice; a share of single rows parts some of them in the folds that learn from these.
    const copied = {
      ...images,
      values: images.values.map((value, row) => (row >= 12 ? images.values[row - 6]!.slice() : value)),
    };
    const folds = rows.map((row) => (row < 6 ? 0 : 1));
    const changes = { images: copied, repeats: [{ seed: 3, folds }], validation: { share: 0.34 }, model };
    const run = crossValidate(options(changes));
    await expect(run).rejects.toBeInstanceOf(LeakageError);
    await expect(run).rejects.toMatchObject({
      leaks: expect.arrayContaining([expect.objectContaining({ kind: "picture" })]),
    });
    expect(made()).toBe(0);
    const groups = rows.map((row) => (row >= 12 ? row - 6 : row));
    const grouped = { ...changes, validation: { share: 0.34, groups } };
    expect((await crossValidate(options(grouped))).folds).toHaveLength(2);
    expect((await crossValidate(options({ ...changes, leakage: "allow" }))).folds).toHaveLength(2);
  });

  test("goes on where that is allowed, to the same figures as without origins", async () => {
    const changes = { images: { ...images, origins: parted }, leakage: "allow" } as const;
    expect(await crossValidate(options(changes))).toEqual(await crossValidate(options({})));
  });

  test.each<[string, Partial<CrossValidateOptions>, string]>([
    ["another word for leakage", { leakage: "warn" as never }, "leakage"],
    ["too few origins", { images: { ...images, origins: own.slice(1) } }, "images"],
  ])("refuses %s", async (_, changes, parameter) => {
    const run = crossValidate(options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });
});

describe("repeatSeeds", () => {
  const training = { ...separableFeatures(16, 1), origins: identities("t", 16) };
  const validation = { ...separableFeatures(4, 2), origins: identities("v", 4) };
  const held = { ...separableFeatures(7, 3), origins: identities("h", 7) };
  /** Its last image is of a training patient. */
  const leaking = { ...held, origins: [...identities("h", 6), { path: "h6", patientId: "t9" }] };
  const options = (changes: Partial<RepeatSeedsOptions> = {}): RepeatSeedsOptions => ({
    training,
    validation,
    sets: { test: held },
    seeds: [1],
    model: () => smallModel(),
    train: () => ({ epochs: 1, optimizer: optimizer() }),
    score: accuracy,
    clock: () => 0,
    ...changes,
  });

  test("runs on sets that share nothing, and judges the training images where they are asked for", async () => {
    // What is watched may be judged, too.
    const { runs } = await repeatSeeds(options({ sets: { test: held, training, validation } }));
    expect(Object.keys(runs[0]!.figures)).toEqual(["test", "training", "validation"]);
  });

  test.each<[string, Partial<RepeatSeedsOptions>, string]>([
    ["a judged set", { sets: { test: held, predict: leaking } }, "set predict"],
    ["the watched set", { validation: leaking }, "validation"],
  ])("refuses a training patient in %s before the first run", async (_, changes, split) => {
    const { model, made } = spyModel();
    const run = repeatSeeds(options({ ...changes, model }));
    await expect(run).rejects.toBeInstanceOf(LeakageError);
    await expect(run).rejects.toMatchObject({
      leaks: [
        {
          kind: "patient",
          name: "t9",
          images: [
            { split: "training", path: "t9" },
            { split, path: "h6" },
          ],
        },
      ],
    });
    expect(made()).toBe(0);
    expect((await repeatSeeds(options({ ...changes, leakage: "allow" }))).runs).toHaveLength(1);
  });

  test.each<[string, Partial<RepeatSeedsOptions>, string]>([
    ["another word for leakage", { leakage: "warn" as never }, "leakage"],
    ["too few origins", { sets: { test: { ...held, origins: held.origins.slice(1) } } }, "test"],
    ["too few origins", { training: { ...training, origins: [] } }, "training"],
  ])("refuses %s", async (_, changes, parameter) => {
    const run = repeatSeeds(options(changes));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });
});
