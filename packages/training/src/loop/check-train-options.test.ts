import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { adam } from "../optimizers/adam.js";
import { sgd } from "../optimizers/sgd.js";
import { crossValidate } from "../repeats/cross-validate.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { train } from "./train.js";
import type { TrainOptions } from "./train-options.js";

beforeAll(useCpuBackend);

const images = separableFeatures(4, 0);
const options = () => ({ training: images, optimizer: sgd({ learningRate: 0.1 }), epochs: 1, seed: 0 });
const zeros = (count: number) => images.values.slice(0, count).map(({ length }) => new Float32Array(length));

/** What a caller of plain JavaScript does, and the line that says so. */
test.each<[string, object, parameter: string, message: RegExp]>([
  ["spells an option otherwise", { batch_size: 8 }, "batch_size", /did you mean "batchSize"/],
  ["names an optimiser", { optimizer: "adam" }, "optimizer", /such as adam\(\) or sgd.*, got "adam"; call/],
  [
    "passes the function itself",
    { optimizer: adam },
    "optimizer",
    /such as adam\(\).*, got a function; call/,
  ],
  ["forgets the optimiser", { optimizer: undefined }, "optimizer", /such as adam/],
  ["names a schedule", { schedule: "cosine" }, "schedule", /such as cosineSchedule\(\), got "cosine"/],
  [
    "gives a loss of its own",
    { loss: () => 0 },
    "loss",
    /expected "binaryCrossentropy" or .*, got a function/,
  ],
  [
    "weighs classes as Keras does",
    { classWeights: { 0: 1, 1: 5 } },
    "classWeights",
    /array of 2 weights.*\[1, 1\]/,
  ],
  ["weighs one class", { classWeights: [2] }, "classWeights", /array of 2 weights, .* got 1 of them/],
  ["weighs a third class", { classWeights: [1, 2, 3] }, "classWeights", /got 3 of them/],
  ["weighs with text", { classWeights: "auto" }, "classWeights", /expected "balanced" or an array/],
  ["weighs with texts", { classWeights: ["1", "2"] }, "classWeights", /got "1" for class 0/],
  ["gives a patience alone", { earlyStopping: 3 }, "earlyStopping", /expected an object, got 3/],
  ["clips by a number", { clip: 1 }, "clip", /expected an object, got 1/],
  ["spells clipping otherwise", { clip: { norms: 1 } }, "norms", /unknown in clip; did you mean "norm"/],
  ["gives a folder as checkpoint", { checkpoint: "run" }, "checkpoint", /expected an object, got "run"/],
  ["gives no images", { training: undefined }, "training", /expected an object, got undefined/],
  ["gives features alone", { training: images.values }, "training", /expected an object, got an array of 4/],
  [
    "gives plain arrays as features",
    { training: { values: [[1], [2]], labels: [0, 1] } },
    "training",
    /Float32Array.*got Array of 1 values for image 0/,
  ],
  [
    "gives dead features",
    { training: { values: zeros(4), labels: images.labels } },
    "training",
    /the same zeros for all 4 images; the frozen layers/,
  ],
])("a caller who %s is told so", async (_, change, parameter, message) => {
  const run = train(smallModel(), { ...options(), ...change } as unknown as TrainOptions);
  await expect(run).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter },
    message: expect.stringMatching(message),
  });
});

test("dead features are no leak: images without features in common are not one image", async () => {
  const training = { values: zeros(4), labels: [0, 1, 0, 1] };
  const validation = { values: zeros(2), labels: [0, 1] };
  await expect(train(smallModel(), { ...options(), training, validation })).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter: "training", value: 0 },
  });
  const folds = crossValidate({
    ...{ images: training, repeats: [{ seed: 0, folds: [0, 0, 1, 1] }] },
    ...{ model: () => smallModel(), train: () => ({ optimizer: adam(), epochs: 1 }), score: () => ({}) },
  });
  await expect(folds).rejects.toMatchObject({ kind: "invalid-argument", parameter: "images", value: 0 });
});

test("features of zeros in training and validation are no leak either", async () => {
  const { values, labels } = images;
  const training = { values: [...zeros(1), ...values.slice(1)], labels };
  const validation = { values: [...zeros(1), ...separableFeatures(2, 1).values], labels: [0, 1, 0] };
  await expect(train(smallModel(), { ...options(), training, validation })).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter: "training", value: 0 },
    message: expect.stringMatching(/zeros for 2 images, such as training image 0, validation image 0; check/),
  });
});

test.each([[() => undefined], [() => 0.5], [() => ({ auc: "0.5" })], [() => [0.5]]])(
  "a score that is no numbers by name is refused: %s",
  async (score) => {
    const folds = crossValidate({
      ...{ images, repeats: [{ seed: 0, folds: [0, 0, 1, 1] }], model: () => smallModel() },
      ...{ train: () => ({ optimizer: adam(), epochs: 1 }), score: score as never },
    });
    await expect(folds).rejects.toMatchObject({ kind: "invalid-argument", parameter: "score" });
  },
);

test("what a fold may not set for itself is refused rather than ignored", async () => {
  const folds = crossValidate({
    ...{ images, repeats: [{ seed: 0, folds: [0, 0, 1, 1] }], model: () => smallModel(), score: () => ({}) },
    train: () =>
      ({ optimizer: adam(), epochs: 1, seed: 5 }) as { optimizer: ReturnType<typeof adam>; epochs: number },
  });
  await expect(folds).rejects.toMatchObject({ kind: "invalid-argument", parameter: "seed" });
});
