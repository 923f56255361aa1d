import { InvalidArgumentError, LeakageError } from "@covidxr/core";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import type { LabelledFeatures } from "../features/labelled-features.js";
import { accuracy, foldOptions, images, optimizer, repeats, rows } from "../testing/cross-validation.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { type CrossValidateOptions, crossValidate } from "./cross-validate.js";
import { type RepeatSeedsOptions, repeatSeeds } from "./repeat-seeds.js";

beforeAll(useCpuBackend);

const identities = (letter: string, count: number): ImageIdentity[] =>
  Array.from({ length: count }, (_, row) => ({ path: `${letter}${row}`, patientId: `${letter}${row}` }));

/** What is refused, such as `patient 7: training a.png, set test b.png`. */
async function leaksOf(options: RepeatSeedsOptions): Promise<string[]> {
  const error = await repeatSeeds(options).catch((thrown: unknown) => thrown);
  if (!(error instanceof LeakageError)) throw error;
  return error.leaks.map(
    ({ kind, name, images: shared }) =>
      `${kind} ${name}: ${shared.map(({ split, path }) => `${split} ${path}`).join(", ")}`,
  );
}

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

  test("refuses watched copies of images that are trained on before any fold trains", async () => {
    const { model, made } = spyModel();
    // Rows 6 … 17 hold each image twice; a share of single rows parts some of them in the folds that learn from these.
    const copied = {
      ...images,
      values: images.values.map((value, row) => (row >= 12 ? images.values[row - 6]!.slice() : value)),
    };
    const folds = rows.map((row) => (row < 6 ? 0 : 1));
    const changes = { images: copied, repeats: [{ seed: 3, folds }], validation: { share: 0.34 }, model };
    const run = crossValidate(options(changes));
    await expect(run).rejects.toBeInstanceOf(LeakageError);
    await expect(run).rejects.toMatchObject({
      leaks: expect.arrayContaining([expect.objectContaining({ kind: "image" })]),
    });
    expect(made()).toBe(0);
    const groups = rows.map((row) => (row >= 12 ? row - 6 : row));
    const grouped = { ...changes, validation: { share: 0.34, groups } };
    expect((await crossValidate(options(grouped))).folds).toHaveLength(2);
    expect((await crossValidate(options({ ...changes, leakage: "allow" }))).folds).toHaveLength(2);
  });

  /** Image 17 shows what image 5 shows: in one fold of the first repeat, parted by the second. */
  const copied = {
    ...images,
    values: images.values.map((value, row) => (row === 17 ? images.values[5]!.slice() : value)),
  };
  test.each([
    { what: "by their place", origins: undefined, paths: ["image 5", "image 17"] },
    { what: "by their origins", origins: own, paths: ["i5", "i17"] },
  ])(
    "refuses folds that part copies of an image before any fold trains, $what",
    async ({ origins, paths }) => {
      const { model, made } = spyModel();
      const changes = { images: { ...copied, ...(origins && { origins }) } };
      const run = crossValidate(options({ ...changes, model }));
      await expect(run).rejects.toBeInstanceOf(LeakageError);
      await expect(run).rejects.toMatchObject({
        leaks: [
          {
            kind: "image",
            name: paths[0],
            images: [
              { split: "fold 0 of repeat 1", path: paths[0] },
              { split: "fold 1 of repeat 1", path: paths[1] },
            ],
          },
        ],
      });
      expect(made()).toBe(0);
      const together = options({ ...changes, repeats: repeats.slice(0, 1) });
      expect((await crossValidate(together)).folds).toHaveLength(3);
      expect((await crossValidate(options({ ...changes, leakage: "allow" }))).folds).toHaveLength(5);
    },
  );

  test("goes on where that is allowed, to the same metrics as without origins", async () => {
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

  const unnamed = ({ values, labels }: LabelledFeatures): LabelledFeatures => ({ values, labels });

  test.each([
    { what: "of known origin", known: { training, validation, test: held } },
    {
      what: "of unknown origin",
      known: { training: unnamed(training), validation: unnamed(validation), test: unnamed(held) },
    },
  ])(
    "runs on sets $what that share nothing, and judges what is learnt or watched where that is asked for",
    async ({ known }) => {
      const { runs } = await repeatSeeds(
        options({ training: known.training, validation: known.validation, sets: known }),
      );
      expect(Object.keys(runs[0]!.metrics)).toEqual(["training", "validation", "test"]);
    },
  );

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

  /** Image 4 of the judged set shares the patient, the file or the image of watched image 2. */
  const sharing = (identity: Partial<ImageIdentity>) => ({
    validation: {
      ...validation,
      origins: validation.origins.map((each, row) => (row === 2 ? { ...each, ...identity } : each)),
    },
    sets: {
      predict: {
        ...held,
        origins: held.origins.map((each, row) => (row === 4 ? { ...each, ...identity } : each)),
      },
    },
  });
  const copyOfWatched = {
    ...held,
    values: held.values.map((value, row) => (row === 4 ? validation.values[2]!.slice() : value)),
  };
  test.each<[string, Partial<RepeatSeedsOptions>, string]>([
    ["a patient", sharing({ patientId: "P" }), "patient P: validation v2, set predict h4"],
    ["a file", sharing({ path: "F" }), "file F: validation F, set predict F"],
    ["an image", sharing({ imageId: "Q" }), "image Q: validation v2, set predict h4"],
    ["features", { sets: { predict: copyOfWatched } }, "image v2: validation v2, set predict h4"],
    [
      "features of unknown origin",
      { validation: unnamed(validation), sets: { predict: unnamed(copyOfWatched) } },
      "image validation image 2: validation validation image 2, set predict set predict image 4",
    ],
  ])("refuses %s of a watched image in a judged set before the first run", async (_, changes, leak) => {
    const { model, made } = spyModel();
    expect(await leaksOf(options({ ...changes, model }))).toEqual([leak]);
    expect(made()).toBe(0);
    expect((await repeatSeeds(options({ ...changes, leakage: "allow" }))).runs).toHaveLength(1);
    // What nobody watches may be judged.
    const { validation: __, ...unwatched } = options(changes);
    expect((await repeatSeeds(unwatched)).runs).toHaveLength(1);
  });

  test("refuses training features in a judged set of unknown origin before the first run", async () => {
    const { model, made } = spyModel();
    const known = unnamed(training);
    const copy = { ...known, values: known.values.map((value) => value.slice()) };
    const changes = { training: known, validation: unnamed(validation), model };
    // Also under the name of the training images: only they themselves may be judged.
    for (const [name, set] of Object.entries({ test: copy, training: copy, same: { ...known } })) {
      const leaks = await leaksOf(options({ ...changes, sets: { [name]: set } }));
      expect(leaks).toHaveLength(16);
      expect(leaks[3]).toBe(
        `image training image 3: training training image 3, set ${name} set ${name} image 3`,
      );
    }
    expect(made()).toBe(0);
  });

  test("lists what a judged set shares with learnt and with watched images", async () => {
    const predict = { ...copyOfWatched, origins: leaking.origins };
    expect(await leaksOf(options({ sets: { test: held, predict } }))).toEqual([
      "image v2: validation v2, set predict h4",
      "patient t9: training t9, set predict h6",
    ]);
  });

  test.each<[string, Partial<RepeatSeedsOptions>, string]>([
    ["another word for leakage", { leakage: "warn" as never }, "leakage"],
    [
      "training images without a label",
      { training: { ...training, values: [...training.values, held.values[0]!, held.values[1]!] } },
      "training",
    ],
    [
      "judged images without a label, though some are training images",
      { sets: { test: { values: [...held.values, training.values[0]!], labels: held.labels } } },
      "test",
    ],
    ["too few origins", { sets: { test: { ...held, origins: held.origins.slice(1) } } }, "test"],
    ["too few origins", { training: { ...training, origins: [] } }, "training"],
  ])("refuses %s before the first run", async (_, changes, parameter) => {
    const { model, made } = spyModel();
    const run = repeatSeeds(options({ ...changes, model }));
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
    expect(made()).toBe(0);
  });
});
