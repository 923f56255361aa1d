import { z } from "zod";
import { figureBetween, readOptionalRecord } from "./read-optional-record.js";
import type { RunRecord } from "./run-record.js";

const count = z.int().nonnegative();
const row = z.tuple([count, count]);
const share = figureBetween(0, 1);

const otherSplit = z
  .object({
    split: z.enum(["study", "patient"]),
    run: z.string(),
    heldOut: z.string(),
    images: z.int().positive(),
    threshold: z.number(),
    confusionMatrix: z.tuple([row, row]),
    auc: z.object({ value: share, low: share, high: share }).nullable(),
    seed: count,
  })
  .refine(
    ({ images, confusionMatrix }) => confusionMatrix.flat().reduce((sum, own) => sum + own, 0) === images,
    { path: ["confusionMatrix"], message: "its sum is not the number of images" },
  );

/**
 * What one run of a study says on its held-out images; `other-split.json` says it of the same study on another split.
 *
 * - `split`: `"study"`, row by row as the study drew it; or `"patient"`, patient by patient.
 * - `run`: name of the run's folder. `seed`: the run's own.
 * - `heldOut`: name of the part that was held out, `images` of it.
 * - `threshold`: a probability above it is positive.
 * - `confusionMatrix`: `[[TN, FP], [FN, TP]]`.
 * - `auc`: area under the ROC curve with its interval of 95 %, NaN where there is none; null where the area is
 *   undefined.
 */
export type OtherSplitRecord = z.infer<typeof otherSplit>;

/** How rows came to their parts: as the study drew them, row by row, or patient by patient. */
export type SplitRule = OtherSplitRecord["split"];

/** The split of a run; one that does not name it has the study's. */
export function splitRuleOf({ options }: RunRecord): SplitRule {
  return options.split === "patient" ? "patient" : "study";
}

/**
 * Reads `other-split.json`: the same study run on another split; null when there is none.
 *
 * @param own The split of the run in this folder, which the other one must not be.
 * @throws {FileError} `"unreadable"` when it cannot be read, `"corrupt"` when it is something else.
 */
export function readOtherSplit(folder: string, own: SplitRule): Promise<OtherSplitRecord | null> {
  const schema = otherSplit.refine(({ split }) => split !== own, {
    path: ["split"],
    message: `this run has the split "${own}" itself`,
  });
  return readOptionalRecord(folder, "other-split.json", schema, "a run of the study on another split");
}
