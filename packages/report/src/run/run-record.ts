import { z } from "zod";
import { binaryMatrix, count, type DeepReadonly, open } from "./schemas.js";

/** Layout of a run's folder; raised when a reader of the earlier one would misread it. */
export const RUN_VERSION = 1;

/** Fields of `run.json`. */
const fields = z.object({
  notice: z.string().optional().meta({ description: "what the run must not be used for" }),
  version: z.literal(RUN_VERSION).meta({ description: "version of this layout; no other one is read" }),
  program: z.string().optional().meta({ description: "command that made the run" }),
  kind: z.enum(["holdout", "folds", "audit"]).default("holdout").meta({
    description:
      "`holdout`: trained once and judged on images held out; `folds`: a cross-validation; `audit`: no model was trained, so there is no report",
  }),
  status: z.enum(["running", "finished", "failed", "interrupted"]).meta({
    description: "a report needs `finished`",
  }),
  manifest: z.literal(true).optional().meta({
    description:
      "whether the finished run lists its files in `manifest.json`; then it is not read without the list",
  }),
  error: z.string().optional().meta({ description: "why the run failed or was interrupted" }),
  started: z.string().optional().meta({ description: "start of the run (ISO 8601, UTC)" }),
  resumed: z.array(z.string()).optional().meta({ description: "times at which the run was resumed" }),
  settings: z
    .looseObject({
      threshold: z.number().min(0).max(1).optional().meta({
        description: "a probability above it is positive; a report needs it",
      }),
      seed: count.default(0).meta({ description: "of every random choice, the bootstrap's included" }),
    })
    .meta({
      description:
        "every setting that changes what is trained and how it is judged, with its default filled in. Runs are made alike when these and `digests` are equal, and only such a run can be resumed",
    }),
  place: z.looseObject({}).default({}).meta({
    description:
      "where inputs and outputs are on this machine, and what else the run writes; changes no metric. How the network was used is never recorded, as an address can hold a password",
  }),
  synthetic: z.boolean().default(false).meta({
    description: "whether the radiographs are synthetic; then no metric says anything about a disease",
  }),
  classes: z
    .tuple([z.string(), z.string()])
    .default(["negative", "positive"])
    .meta({ description: "names of class 0 and class 1" }),
  heldOut: z.string().default("test").meta({
    description: "split that nothing was fitted or chosen on (`predict` in the study)",
  }),
  validation: z.string().optional().meta({
    description:
      "split that `val_loss` and `val_accuracy` are of; `train` with early stopping, whose validation images are held out of it; absent without any",
  }),
  threshold: open({
    value: z.number().meta({ description: "the threshold" }),
    criterion: z.string().meta({ description: "such as `youden`" }),
    chosenOn: z.string().meta({ description: "split that it was chosen on" }),
  })
    .nullish()
    .meta({ description: "where the run chose its threshold itself; overrides `settings.threshold`" }),
  published: open({
    source: z.string().meta({ description: "where it was published" }),
    threshold: z.number().meta({ description: "a probability above it was positive" }),
    confusionMatrix: binaryMatrix.meta({ description: "`[[TN, FP], [FN, TP]]`" }),
    other: z
      .array(z.object({ source: z.string(), confusionMatrix: binaryMatrix }))
      .default([])
      .meta({ leaf: true, description: "further published matrices, each with its `source`" }),
  })
    .nullish()
    .meta({
      description:
        "what was published for the same rows; `null` when the run does not follow a published split",
    }),
  dataset: z
    .array(
      open({
        source: z.string().meta({ description: "as in `cohort.csv`" }),
        rows: count.meta({ description: "rows of the cohort" }),
        used: count.optional().meta({ description: "rows that are used" }),
        licence: z
          .string()
          .meta({ description: "as the source states it; `synthetic` for synthetic images" }),
      }),
    )
    .optional()
    .meta({ description: "the sources of the images" }),
  model: open({
    name: z.string().meta({ description: "architecture in words" }),
    parameters: count.meta({ description: "weights and biases" }),
    trainable: count.meta({ description: "those that were trained" }),
    resize: z
      .enum(["nearest", "bilinear"])
      .optional()
      .meta({ description: "how images are resized to the size of its input" }),
  })
    .optional()
    .meta({ description: "the network" }),
  backbone: z.enum(["imagenet", "own", "random"]).optional().meta({
    description:
      "where the backbone's weights came from: the published file, by its digest; another file, whose SHA-256 is in `digests`; or a random stream",
  }),
  training: open({
    epochs: count.meta({ description: "epochs trained" }),
    weightsOfEpoch: count.meta({ description: "epoch whose weights were kept" }),
    stoppedEarly: z.boolean().meta({ description: "whether early stopping ended it" }),
  })
    .optional()
    .meta({ description: "how training ended" }),
  study: open({
    files: count.meta({ description: "files that the study is" }),
    verified: count.meta({ description: "those that were there with their published digests" }),
    different: z
      .array(z.string())
      .default([])
      .meta({ description: "paths of those that were there with other content" }),
  })
    .optional()
    .meta({ description: "how the files of the published study compare with their published digests" }),
  digests: z.record(z.string(), z.string()).default({}).meta({
    description: "SHA-256 of each input: `metadata`, `list`, `weights`",
  }),
  resultDigests: z.record(z.string(), z.string()).optional().meta({
    description: "SHA-256 of what the run made: `images` (decoded pixels), `trainedWeights`",
  }),
  engine: z.string().optional().meta({ description: "what computed the training" }),
  decoder: open({ name: z.string() })
    .optional()
    .meta({ leaf: true, description: "`name` and `version` of the image decoder" }),
  machine: z.looseObject({}).optional().meta({
    description: "`platform`, `processor`, `cores`, `memoryBytes`",
  }),
  versions: z.record(z.string(), z.string()).optional().meta({
    description: "of this SDK, Node and TensorFlow.js",
  }),
  seconds: z.record(z.string(), z.number()).optional().meta({
    description: "wall time of each stage and in `total`, over all processes of the run",
  }),
  peakMemoryBytes: z.number().optional().meta({ description: "of the last process" }),
});

/** `run.json`. Fields that it does not name are kept as they are. */
export const runRecord = fields.loose();

/** What `run.json` says of a run. */
export type RunRecord = DeepReadonly<z.output<typeof runRecord>>;

/** Fields of `run.json` that its writer keeps itself. */
type OwnField =
  | "notice"
  | "version"
  | "program"
  | "kind"
  | "status"
  | "manifest"
  | "started"
  | "resumed"
  | "settings"
  | "place";

/** Facts of a run that go into `run.json` as they become known. */
export type RunFacts = Partial<Omit<DeepReadonly<z.input<typeof fields>>, OwnField>>;
