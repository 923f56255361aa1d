import { z } from "zod";
import { count, type DeepReadonly, foreignText, metricBetween, proportion } from "./schemas.js";

/** Bits of the perceptual hashes that an audit compares. */
const HASH_BITS = 128;

/** An area under the ROC curve; where it occurs, its fields are documented once. */
export const areaEstimate = z
  .object({
    value: proportion.meta({ description: "the area" }),
    low: proportion.meta({ description: "lower limit" }),
    high: proportion.meta({ description: "upper limit" }),
    level: z.number().gt(0).lt(1).meta({ description: "confidence level of the interval" }),
    method: z.enum(["DeLong", "Newcombe"]).meta({ description: "method of the interval" }),
    negatives: count.meta({ description: "negative images" }),
    positives: count.meta({ description: "positive images" }),
  })
  .refine(({ value, low, high }) => !(low > value || value > high), "the metric lies outside its interval");

const missing = z
  .object({
    missing: count.meta({ description: "images without the field" }),
    of: count.meta({ description: "images of the class" }),
  })
  .refine((field) => field.missing <= field.of, "more are missing than there are");

/** `audit.json`, as far as a report shows it; other fields are ignored. */
export const auditRecord = z.object({
  version: z.literal(1).meta({ description: "version of this layout" }),
  rows: count.meta({ description: "rows of the cohort" }),
  images: count.meta({ description: "files whose images were compared" }),
  findings: z
    .array(
      z.object({
        check: z.string().meta({ description: "name of the check, such as `patients` or `images`" }),
        severity: z
          .enum(["leak", "shortcut", "issue"])
          .meta({ description: "what it means for the metrics" }),
        summary: foreignText.meta({ description: "one sentence" }),
        items: z.array(foreignText).meta({ description: "one line for each case" }),
      }),
    )
    .meta({ description: "worst first" }),
  attributes: z
    .array(
      z.object({
        attribute: z.string().meta({ description: "such as `source`" }),
        known: count.meta({ description: "images whose value is known" }),
        values: z
          .array(z.object({ value: z.string(), negative: count, positive: count }))
          .meta({ leaf: true, description: "`value` with its `negative` and `positive` images" }),
        share: proportion.meta({ description: "of the label's entropy that the attribute explains" }),
        shareByChance: proportion.meta({ description: "mean of `share` under random labels" }),
        adjustedPValue: proportion.meta({ description: "of the permutation test, corrected (Holm)" }),
      }),
    )
    .meta({ description: "how much each attribute says of the label" }),
  missingFields: z
    .array(
      z.object({
        field: z.string().meta({ description: "column of the metadata" }),
        negative: missing.meta({ leaf: true, description: "`missing` images `of` all of the class" }),
        positive: missing.meta({ leaf: true, description: "likewise" }),
        adjustedPValue: proportion.meta({ description: "as above" }),
      }),
    )
    .meta({ description: "how often each field is missing in each class" }),
  splits: z
    .array(
      z.object({
        split: z.string().meta({ description: "as in `cohort.csv`" }),
        negative: count.meta({ description: "negative images" }),
        positive: count.meta({ description: "positive images" }),
        patients: count.meta({ description: "patients" }),
      }),
    )
    .meta({ description: "what each split holds" }),
  copies: z
    .array(
      z.object({
        first: z.string().meta({ description: "path" }),
        second: z.string().meta({ description: "path" }),
        kind: z
          .enum(["file", "pixels", "similar"])
          .meta({ description: "same bytes, same pixels, or similar" }),
        distance: count.max(HASH_BITS).meta({ description: `bits of ${HASH_BITS} that differ` }),
        correlation: metricBetween(-1, 1).meta({ description: "of the local contrast" }),
        mirrored: z.boolean().meta({ description: "whether one is the mirror image of the other" }),
        crop: z
          .object({ of: z.enum(["first", "second"]).meta({ description: "which one is a part" }) })
          .nullable()
          .meta({ description: "where one shows a part of the other; else `null`" }),
      }),
    )
    .meta({ description: "pairs of files that show the same image" }),
  probes: z
    .object({
      results: z
        .array(
          z.object({
            name: z.string().meta({ description: "such as `border`" }),
            title: z.string().meta({ description: "in words" }),
            description: z.string().meta({ description: "what the probe sees, in one sentence" }),
            target: z.enum(["label", "source"]).meta({ description: "what it predicts" }),
            outOfFold: areaEstimate.meta({
              leaf: true,
              description: "area over all images, cross-validated by patient",
            }),
            heldOut: areaEstimate
              .nullable()
              .meta({ description: "area on the held-out images; `null` where none were held out" }),
            verdict: z
              .enum(["chance", "signal", "near-model"])
              .nullable()
              .meta({ description: "how it compares with the model" }),
            words: z.string().meta({ description: "the verdict in one sentence" }),
          }),
        )
        .meta({ description: "one for each probe" }),
      model: areaEstimate
        .nullable()
        .meta({ description: "the model's own area on the held-out images, or `null`" }),
    })
    .nullable()
    .meta({ description: "shortcut probes; `null` where none were run" }),
});

/** What `@covidxr/audit` found in a run's cohort, as far as a report shows it. An undefined metric is NaN. */
export type AuditRecord = DeepReadonly<z.output<typeof auditRecord>>;

/** What {@link RunWriter.writeAudit} takes: an audit of `@covidxr/audit` as it is. */
export type AuditInput = DeepReadonly<z.input<typeof auditRecord>>;

/** An area under the ROC curve with its interval. */
export type AreaEstimate = DeepReadonly<z.output<typeof areaEstimate>>;

/** Something that a reviewer would hold against a study. */
export type AuditFinding = AuditRecord["findings"][number];

/** Two files of a cohort that show the same image. */
export type AuditCopy = AuditRecord["copies"][number];

/** How well a simple classifier does with a part of what an image file holds. */
export type AuditProbe = NonNullable<AuditRecord["probes"]>["results"][number];
