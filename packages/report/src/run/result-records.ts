import { z } from "zod";
import { binaryMatrix, count, type DeepReadonly, metric, proportion } from "./schemas.js";

const interval = z.object({
  low: metric.meta({ description: "lower limit" }),
  high: metric.meta({ description: "upper limit" }),
  level: z.number().meta({ description: "confidence level" }),
});

/** A metric with its interval; where it occurs, its fields are documented once. */
export const estimate = interval.extend({
  value: metric.meta({ description: "the metric" }),
  method: z.string().meta({ description: "method of the interval" }),
  byGroup: interval.nullable().meta({
    leaf: true,
    description:
      "interval that keeps the images of a patient together, where a patient has several; else `null`",
  }),
  undefinedReason: z.string().nullable().meta({ description: "why the metric is undefined, else `null`" }),
});

/** What every file of metrics says of the run. */
const basics = {
  synthetic: z.boolean().meta({ description: "as in `run.json`" }),
  verified: z
    .boolean()
    .default(false)
    .meta({ description: "whether the run's files were compared with its `manifest.json`" }),
  edited: z
    .array(z.string())
    .default([])
    .meta({ description: "files that were edited on purpose after the run" }),
};

/** `metrics.json`: what a run that held images out says of each split. */
export const metricsRecord = z.object({
  ...basics,
  splits: z
    .record(
      z.string(),
      z.object({
        split: z.string().meta({ description: "name of the split" }),
        images: count.meta({ description: "its images" }),
        threshold: z.number().meta({ description: "a probability above it is positive" }),
        confusionMatrix: binaryMatrix.meta({ description: "`[[TN, FP], [FN, TP]]`" }),
        metrics: z.record(z.string(), estimate).meta({ leaf: true, description: "each metric by name" }),
        accuracyAtHalf: estimate.meta({
          leaf: true,
          description: "accuracy at 0.5, as the training history counts it",
        }),
      }),
    )
    .meta({ description: "each split by name" }),
});

/** A metric over folds; where it occurs, its fields are documented once. */
export const summary = z.object({
  count: count.meta({ description: "defined values" }),
  undefinedCount: count.meta({ description: "undefined ones, which are left out" }),
  mean: metric.meta({ description: "`null` without a defined value" }),
  standardDeviation: metric.meta({ description: "sample standard deviation; `null` below two values" }),
});

/** How the training of a fold ended. */
export const foldTraining = z.object({
  trainingImages: count.meta({ description: "images trained on" }),
  validationImages: count.meta({ description: "images watched for early stopping" }),
  epochs: count.meta({ description: "epochs trained" }),
  weightsOfEpoch: count.meta({ description: "epoch whose weights were kept" }),
  stoppedEarly: z.boolean().meta({ description: "whether early stopping ended it" }),
  seconds: z.number().nonnegative().meta({ description: "wall time" }),
});

/** `cross-validation.json`: what a run of folds says. */
export const crossValidationRecord = z.object({
  ...basics,
  folds: count.meta({ description: "folds of a pass" }),
  threshold: z.number().meta({ description: "a probability above it is positive" }),
  by: z
    .record(
      z.string(),
      z.object({
        summary: z
          .record(z.string(), summary)
          .meta({ leaf: true, description: "each metric over all folds" }),
        repeats: z
          .array(
            z.object({
              seed: count.meta({ description: "of the pass" }),
              summary: z
                .record(z.string(), summary)
                .meta({ description: "each metric over the folds of this pass" }),
            }),
          )
          .meta({ description: "one for each seed" }),
        folds: z
          .array(
            z.object({
              seed: count.meta({ description: "of the pass" }),
              fold: count.meta({ description: "from 1" }),
              images: count.meta({ description: "held-out images" }),
              training: foldTraining
                .nullable()
                .meta({ leaf: true, description: "the row of `folds.csv`, or `null`" }),
              metrics: z
                .record(z.string(), interval.extend({ value: metric }))
                .meta({ leaf: true, description: "each metric with its interval" }),
            }),
          )
          .meta({ description: "one for each fold" }),
        pooled: z
          .record(z.string(), estimate)
          .meta({ leaf: true, description: "each metric over all held-out images of the first pass" }),
      }),
    )
    .meta({ description: "each way of drawing folds: `patient`, `row`" }),
});

/** How rows came to their splits: as the study drew them, row by row, or patient by patient. */
export const SPLIT_RULES = ["study", "patient"] as const;
/** One of {@link SPLIT_RULES}. */
export type SplitRule = (typeof SPLIT_RULES)[number];

/** `other-split.json`: what the same study says on the split that this run does not have. */
export const otherSplitRecord = z
  .object({
    split: z.enum(SPLIT_RULES).meta({
      description:
        "`study` (row by row, as the study drew it) or `patient`; the run's own is `settings.split`, the study's by default",
    }),
    run: z.string().meta({ description: "name of the other run's folder" }),
    heldOut: z.string().meta({ description: "name of its held-out split" }),
    images: z.int().positive().meta({ description: "held-out images" }),
    threshold: z.number().meta({ description: "a probability above it is positive" }),
    confusionMatrix: binaryMatrix.meta({ description: "`[[TN, FP], [FN, TP]]`" }),
    auc: z.object({ value: proportion, low: proportion, high: proportion }).nullable().meta({
      leaf: true,
      description: "`value`, `low` and `high` (95 %); `null` where the area is undefined",
    }),
    seed: count.meta({ description: "of the other run" }),
  })
  .refine(
    ({ images, confusionMatrix }) => confusionMatrix.flat().reduce((sum, own) => sum + own, 0) === images,
    { path: ["confusionMatrix"], message: "its sum is not the number of images" },
  );

/** What one run of a study says on its held-out images, for the report of the other one. */
export type OtherSplitRecord = DeepReadonly<z.output<typeof otherSplitRecord>>;

const change = z.array(z.object({ count, reason: z.string() }));

/** `cohort-flow.json`. */
export const flowRecord = z.object({
  steps: z
    .array(
      z.object({
        name: z
          .string()
          .meta({ description: 'what is kept, so that "195 with modality X-ray and view PA" reads' }),
        kept: count.meta({ description: "items after the step" }),
        positive: count.nullable().meta({ description: "positive ones; `null` before they are labelled" }),
        negative: count.nullable().meta({ description: "negative ones, likewise" }),
        added: change.meta({
          leaf: true,
          description: "`count` and `reason`, the most frequent first; the rest is `other`",
        }),
        excluded: change.meta({ leaf: true, description: "likewise" }),
      }),
    )
    .meta({ description: "data flow from the metadata to the model, in order" }),
});
