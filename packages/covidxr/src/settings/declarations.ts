import type { Provider } from "@covidxr/onnx/internal";
import { z } from "zod";
import { PUBLISHED_STUDY } from "../study/published.js";
import { inputProblem } from "./memory.js";
import {
  byData,
  GROUPS,
  listOf,
  notNegative,
  oneOf,
  positive,
  properProportion,
  proportion,
  setting,
  type ValuesOf,
  whole,
  yes,
} from "./setting.js";

const { input, training, threshold } = PUBLISHED_STUDY;

const size = whole(32);
const inputCheck =
  (side: "height" | "width") =>
  ({ height, width }: Readonly<Record<string, unknown>>): string | undefined =>
    // One of the two is named: the larger one.
    (side === "height") === Number(height) > Number(width)
      ? inputProblem(Number(height), Number(width))
      : undefined;
const sgdOnly = {
  flag: "--optimizer sgd",
  met: ({ optimizer }: { optimizer?: unknown }) => optimizer === "sgd",
};
const stepOnly = {
  flag: "--schedule step",
  met: ({ schedule }: { schedule?: unknown }) => schedule === "step",
};

/** What changes a result. Recorded; runs are made alike when these and the digests of their inputs are equal. */
export const SETTINGS = {
  redraw: setting({
    schema: yes,
    flag: "--redraw",
    group: GROUPS.data,
    help: "draw the normal images anew (by the seed) instead of following chestxrays.csv",
    default: false,
  }),
  split: setting({
    schema: oneOf(["study", "patient"]),
    flag: "--split <name>",
    group: GROUPS.data,
    help: "study: row by row, as published, leaks included; patient: no patient and no image in two splits",
    default: "study",
  }),
  height: setting({
    schema: size,
    flag: "--height <n>",
    group: GROUPS.images,
    help: "height of the network's input in pixels",
    check: inputCheck("height"),
    ...byData(input.height, 160),
  }),
  width: setting({
    schema: size,
    flag: "--width <n>",
    group: GROUPS.images,
    help: "width of the network's input in pixels",
    check: inputCheck("width"),
    ...byData(input.width, 191),
  }),
  preprocessing: setting({
    schema: oneOf(["rescale", "caffe"]),
    flag: "--preprocessing <name>",
    group: GROUPS.images,
    help: "rescale: RGB/255, as in the study; caffe: BGR less the means of ImageNet, as VGG19 was trained",
    default: input.preprocessing,
  }),
  decoder: setting({
    schema: oneOf(["auto", "sharp", "jimp"]),
    flag: "--decoder <name>",
    group: GROUPS.images,
    help: "image decoder; auto: sharp where it is installed, else jimp",
    default: "auto",
  }),
  window: setting({
    schema: z
      .union([
        z.literal("full"),
        z.strictObject({ center: z.number(), width: z.number().min(1) }),
        z.tuple([z.number(), z.number().min(1)]).transform(([center, width]) => ({ center, width })),
      ])
      .describe("full, or a centre and a width of 1 or more, such as 2048,4096")
      .optional(),
    flag: "--window <centre,width>",
    group: GROUPS.images,
    help: "values of 16-bit PNGs that become the grey levels, as DICOM's window centre and width (2048,4096 for twelve bits); full: all values",
    default: undefined,
    defaultText: "all values, but images that fill little of the range are left out",
  }),
  seed: setting({
    schema: whole(0),
    flag: "--seed <n>",
    group: GROUPS.training,
    help: "decides every random choice",
    default: 0,
  }),
  epochs: setting({
    schema: whole(1, 100_000),
    flag: "--epochs <n>",
    group: GROUPS.training,
    help: "passes over the training images",
    ...byData(training.epochs, 40),
  }),
  batchSize: setting({
    schema: whole(1, 65_536),
    flag: "--batch-size <n>",
    group: GROUPS.training,
    help: "images per step",
    ...byData(training.batchSize, 16),
  }),
  optimizer: setting({
    schema: oneOf(["sgd", "adam"]),
    flag: "--optimizer <name>",
    group: GROUPS.training,
    help: "update rule: sgd or adam",
    default: training.optimizer,
  }),
  learningRate: setting({
    schema: positive,
    flag: "--learning-rate <x>",
    group: GROUPS.training,
    help: "of the optimiser",
    ...byData(training.learningRate, 0.003),
  }),
  momentum: setting({
    schema: z.number().min(0).lt(1).describe("a number of 0 or more, below 1"),
    flag: "--momentum <x>",
    group: GROUPS.training,
    help: "of sgd, below 1",
    default: training.momentum,
    needs: sgdOnly,
  }),
  nesterov: setting({
    schema: yes,
    flag: "--nesterov",
    group: GROUPS.training,
    help: "Nesterov momentum",
    default: false,
    needs: sgdOnly,
    check: ({ nesterov, momentum }) =>
      nesterov === true && momentum === 0
        ? "expected a momentum above 0, got 0; leave one of the two out"
        : undefined,
  }),
  weightDecay: setting({
    schema: notNegative,
    flag: "--weight-decay <x>",
    group: GROUPS.training,
    help: "L2 on kernels with sgd; decoupled (AdamW) with adam",
    default: 0,
  }),
  schedule: setting({
    schema: oneOf(["constant", "step", "cosine"]),
    flag: "--schedule <name>",
    group: GROUPS.training,
    help: "how the learning rate changes: constant, step or cosine",
    default: "constant",
  }),
  warmUp: setting({
    schema: whole(0),
    flag: "--warm-up <n>",
    group: GROUPS.training,
    help: "epochs over which the learning rate rises at the start",
    default: 0,
    check: ({ warmUp, epochs }) =>
      Number(warmUp) >= Number(epochs)
        ? `expected fewer epochs than the ${epochs} of the run, got ${warmUp}`
        : undefined,
  }),
  stepEvery: setting({
    schema: whole(1),
    flag: "--step-every <n>",
    group: GROUPS.training,
    help: "with --schedule step: epochs between two drops",
    default: 30,
    needs: stepOnly,
  }),
  stepFactor: setting({
    schema: proportion,
    flag: "--step-factor <x>",
    group: GROUPS.training,
    help: "with --schedule step: each drop multiplies the rate by this",
    default: 0.1,
    needs: stepOnly,
  }),
  classWeights: setting({
    schema: oneOf(["none", "balanced"]),
    flag: "--class-weights <name>",
    group: GROUPS.training,
    help: "balanced: all classes count alike in the loss",
    default: "none",
  }),
  clipNorm: setting({
    schema: positive.optional(),
    flag: "--clip-norm <x>",
    group: GROUPS.training,
    help: "largest norm of the gradient",
    default: undefined,
    defaultText: "not limited",
  }),
  earlyStopping: setting({
    schema: whole(1).optional(),
    flag: "--early-stopping <n>",
    group: GROUPS.training,
    help: "stop after n epochs without a better validation loss and keep the best weights; validates on images held out of the training set, by patient",
    default: undefined,
    defaultText: "never",
  }),
  validationShare: setting({
    schema: properProportion,
    flag: "--validation-share <x>",
    group: GROUPS.training,
    help: "with --early-stopping: proportion of the training images to validate on",
    default: 0.15,
    needs: { flag: "--early-stopping", met: ({ earlyStopping }) => earlyStopping !== undefined },
  }),
  augmentation: setting({
    schema: oneOf(["none", "study"]),
    flag: "--augmentation <name>",
    group: GROUPS.augmentation,
    help: "study: rotate, shift, shear and zoom training images as the study did; none",
    default: ({ synthetic, given }) => (synthetic && !given.has("variants") ? "none" : "study"),
    defaultText: "study; none on synthetic radiographs",
  }),
  variants: setting({
    schema: z.union([whole(1, 1000), z.literal("fresh")]).describe("a whole number from 1 to 1000, or fresh"),
    flag: "--variants <n>",
    group: GROUPS.augmentation,
    help: "augmented copies of each training image, whose features are computed once; fresh: new ones in every epoch, as in the study, whose features are computed in every epoch",
    default: 4,
    needs: { flag: "--augmentation study", met: ({ augmentation }) => augmentation === "study" },
  }),
  threshold: setting({
    schema: proportion,
    flag: "--threshold <x>",
    group: GROUPS.evaluation,
    help: "a probability above it is positive",
    default: threshold,
  }),
  folds: setting({
    schema: whole(2, 1000),
    flag: "--folds <n>",
    group: GROUPS.evaluation,
    help: "folds, each held out once",
    default: 5,
  }),
  seeds: setting({
    schema: listOf(whole(0)),
    flag: "--seeds <list>",
    group: GROUPS.evaluation,
    help: "one pass over all folds for each, such as 0,1,2",
    default: [0],
    defaultText: "0",
  }),
  by: setting({
    schema: oneOf(["patient", "row", "both"]),
    flag: "--by <name>",
    group: GROUPS.evaluation,
    help: "what stays together when folds are drawn: patient, row (nothing), or both one after the other",
    default: "both",
  }),
  featurePrecision: setting({
    schema: oneOf(["float16", "float32"]),
    flag: "--feature-precision <name>",
    group: GROUPS.computation,
    help: "precision in which features are kept: float16 or float32",
    default: "float16",
  }),
  engine: setting({
    schema: oneOf(["auto", "onnx", "tfjs"]),
    flag: "--engine <name>",
    group: GROUPS.computation,
    help: "engine that trains: auto, onnx or tfjs",
    default: "auto",
  }),
  tfjsPackage: setting({
    schema: oneOf(["tfjs-node", "tfjs-node-gpu"]).optional(),
    flag: "--tfjs-package <name>",
    group: GROUPS.computation,
    help: "with --engine tfjs: package that computes, tfjs-node or tfjs-node-gpu",
    default: undefined,
    defaultText: "tfjs-node-gpu, else tfjs-node",
    needs: { flag: "--engine tfjs", met: ({ engine }) => engine === "tfjs" },
  }),
  providers: setting({
    schema: listOf(
      oneOf(["cpu", "webgpu", "cuda", "coreml", "dml"] satisfies Provider[] as [
        "cpu",
        "webgpu",
        "cuda",
        "coreml",
        "dml",
      ]),
    ),
    flag: "--providers <list>",
    group: GROUPS.computation,
    help: "where onnxruntime computes, in order of preference: cpu, webgpu, cuda, coreml, dml",
    default: ["cpu"],
    defaultText: "cpu",
  }),
};

/** Values of everything that changes a result. */
export type Settings = ValuesOf<typeof SETTINGS>;
/** Name of a setting that changes a result. */
export type SettingName = keyof Settings;

const INPUT = ["redraw", "height", "width", "preprocessing", "decoder", "window"] as const;
const TRAIN = [
  ...["epochs", "batchSize", "optimizer", "learningRate", "momentum", "nesterov", "weightDecay"],
  ...["schedule", "warmUp", "stepEvery", "stepFactor", "classWeights", "clipNorm", "earlyStopping"],
  ...["validationShare", "featurePrecision", "engine", "tfjsPackage", "providers"],
] as const;

/** Settings of a program, in the order of its help. */
export const PROGRAM_SETTINGS = {
  audit: [...INPUT, "split", "seed"],
  reproduce: [...INPUT, "split", "seed", ...TRAIN, "augmentation", "variants", "threshold"],
  "cross-validate": [...INPUT, ...TRAIN, "folds", "seeds", "by", "threshold"],
} as const satisfies Readonly<Record<string, readonly SettingName[]>>;
