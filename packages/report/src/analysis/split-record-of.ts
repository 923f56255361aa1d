import { basename, resolve } from "node:path";
import { type OtherSplitRecord, splitRuleOf } from "../run/other-split.js";
import type { HoldoutRun } from "../run/run-data.js";
import type { ImagesAnalysis } from "./analyse-images.js";

/**
 * What a run says on its held-out images, in the form of `other-split.json`: written into the folder of the same study
 * on the other split, it stands in that run's report.
 *
 * @param headline The analysis of the run's held-out images.
 */
export function splitRecordOf(
  { folder, record }: HoldoutRun,
  { name, images, threshold, confusionMatrix, estimates }: ImagesAnalysis,
): OtherSplitRecord {
  const { value, low, high } = estimates.auc;
  const [[trueNegatives, falsePositives], [falseNegatives, truePositives]] = confusionMatrix as [
    [number, number],
    [number, number],
  ];
  return {
    split: splitRuleOf(record),
    run: basename(resolve(folder)),
    heldOut: name,
    images: images.length,
    threshold,
    confusionMatrix: [
      [trueNegatives, falsePositives],
      [falseNegatives, truePositives],
    ],
    auc: Number.isNaN(value) ? null : { value, low, high },
    seed: record.options.seed,
  };
}
