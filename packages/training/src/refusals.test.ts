import { createRng } from "@covidxr/core";
import { auc } from "@covidxr/metrics";
import { useCpuBackend } from "@covidxr/testing";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { beforeAll } from "@jest/globals";
import { MathBackendCPU } from "@tensorflow/tfjs-backend-cpu";
import { copyRegisteredKernels, registerBackend } from "@tensorflow/tfjs-core";
import * as training from "./index.js";
import * as internal from "./internal.js";
import { type Scores, scoreOutputs } from "./loop/evaluate.js";
import { separableFeatures } from "./testing/separable-features.js";
import { IMAGE_SHAPE } from "./testing/shapes.js";
import { smallModel } from "./testing/small-model.js";

beforeAll(useCpuBackend);

const { sgd } = training;
const SIZE = IMAGE_SHAPE.reduce((a, b) => a * b, 1);
const { values, labels } = separableFeatures(8, 0);
const held = separableFeatures(4, 1);
const folds = labels.map((_, i) => (i % 4) >> 1);
const optimizer = () => sgd({ learningRate: 0.01 });
const score = (truth: readonly number[], scores: Scores) => ({ auc: auc(truth, scores) });
const extractor = { shape: [1], digest: async () => "", run: async () => [], dispose: async () => {} };
const images = () => ({ data: new Float32Array(2 * SIZE).fill(0.5), dims: [2, ...IMAGE_SHAPE] });
const nothing = () => {};
const quick = { threads: 1, providers: ["cpu"], runtime: "onnxruntime-node", onFallback: nothing } as const;
// As @tensorflow/tfjs-node does.
const loadsNative = async () => {
  copyRegisteredKernels("cpu", "tensorflow");
  registerBackend("tensorflow", () => new MathBackendCPU());
  return { version: { "tfjs-node": "4.22.0" } };
};
const run = () => ({ epochs: 1, optimizer: optimizer() });
const shared = { model: () => smallModel(), loss: "binaryCrossentropy", leakage: "refuse" } as const;

const weights = () => new Map([["a/kernel", { data: new Float32Array(2), dims: [2] }]]);
const gradients = () => new Map([["a/kernel", new Float32Array(2)]]);
type Given<Name extends "update" | "restore"> = Parameters<training.Optimizer[Name]>;
const results = {
  updateAdam: (...given: Given<"update">) => training.adam().update(...given),
  updateSgd: (...given: Given<"update">) => optimizer().update(...given),
  restore: (...given: Given<"restore">) => training.adam().restore(...given),
};

testRefusals(
  { ...training, ...internal, scoreOutputs, ...results },
  {
    updateAdam: () => [weights(), gradients(), 1],
    updateSgd: () => [weights(), gradients(), 1],
    restore: () => [{ steps: 0, slots: new Map() }],
    adam: [
      options({
        ...{ learningRate: 0.1, beta1: 0.9, beta2: 0.99, epsilon: 1e-7 },
        ...{ decoupled: true, weightDecay: 0.1, decayBiases: true },
      }),
    ],
    asFloats: [new Float32Array(1)],
    calibrateBackbone: () => [smallModel(), images(), options({ onProgress: nothing })],
    chooseEngine: ["tfjs", async () => ({ text: "", providers: [] })],
    constantSchedule: [],
    cosineSchedule: [options({ finalFactor: 0.1 })],
    createEngine: () => [
      smallModel(),
      options({ ...quick, engine: "onnx", from: "conv", loss: "binaryCrossentropy" }),
    ],
    createFeatureExtractor: () => [smallModel(), options(quick)],
    crossValidate: () => [
      options({
        ...shared,
        ...{ images: { values, labels }, repeats: [{ seed: 0, folds }], train: run, score },
        ...{ onFold: nothing, onProgress: nothing, completed: [], clock: () => 0 },
      }),
    ],
    evaluate: () => [smallModel(), { values, labels }],
    extractFeatures: () => [
      smallModel(),
      [{ key: "a", load: async () => new Float32Array(SIZE) }],
      options({ ...quick, precision: "float16", batchSize: 2, onProgress: nothing }),
    ],
    headOf: () => [smallModel()],
    holdOutGroups: [
      [0, 1, 2, 3, 4, 5, 6, 7],
      labels,
      options({ share: 0.5, groups: labels.map((_, i) => i) }),
      createRng(0, { purpose: "test" }),
    ],
    predict: () => [smallModel(), values],
    removeCheckpoints: ["no/checkpoints/here"],
    repeatSeeds: () => [
      options({
        ...shared,
        ...{ training: { values, labels }, sets: { held }, seeds: [0], train: run, score },
        ...{ onRun: nothing, onProgress: nothing, completed: [], clock: () => 0 },
      }),
    ],
    resolveTfjsBackend: ["@tensorflow/tfjs-node", loadsNative],
    scoreOutputs: [Float32Array.of(0.2, 0.8), [0, 1], "binaryCrossentropy"],
    sgd: [
      options({
        ...{ learningRate: 0.1, momentum: 0.9, nesterov: true },
        ...{ decoupled: true, weightDecay: 0.1, decayBiases: true },
      }),
    ],
    splitModel: () => [smallModel()],
    stepSchedule: [options({ every: 2, factor: 0.5 })],
    streamedFeatures: [extractor, labels, async () => new Float32Array(1)],
    train: () => [
      smallModel(),
      options({
        ...{ training: { values, labels }, validation: held, leakage: "refuse", epochs: 1, batchSize: 8 },
        ...{ optimizer: optimizer(), schedule: internal.constantSchedule(), loss: "binaryCrossentropy" },
        ...{ classWeights: [1, 2], clip: { norm: 1 }, earlyStopping: { patience: 1 }, seed: 0 },
        ...{ onResume: nothing, onStep: nothing, onEpoch: nothing, clock: () => 0 },
      }),
    ],
    variantFeatures: [[values], labels, 0],
    withWarmUp: [internal.constantSchedule(), options({ epochs: 1, startFactor: 0.5 })],
  },
);
