import { join } from "node:path";
import { writeJson } from "../run/json-files.js";
import { crossValidationRecord, metricsRecord } from "../run/result-records.js";
import { type FoldsRunAnalysis, type HoldoutAnalysis, isHoldout, type RunAnalysis } from "./analyse-run.js";

/**
 * Writes the metrics of an analysis for other programs, as `metrics.json` or `cross-validation.json`.
 *
 * @returns Path of the file.
 */
export async function writeMetrics(analysis: RunAnalysis): Promise<string> {
  const { folder } = analysis.run;
  const path = join(folder, isHoldout(analysis) ? "metrics.json" : "cross-validation.json");
  if (isHoldout(analysis)) await writeJson(path, metricsRecord, metricsOf(analysis));
  else await writeJson(path, crossValidationRecord, crossValidationOf(analysis));
  return path;
}

function metricsOf({ run, splits }: HoldoutAnalysis) {
  return {
    synthetic: run.record.synthetic,
    splits: Object.fromEntries(
      splits.map(({ name, images, threshold, confusionMatrix, estimates, accuracyAtHalf }) => [
        name,
        {
          split: name,
          images: images.length,
          threshold,
          confusionMatrix,
          metrics: estimates,
          accuracyAtHalf,
        },
      ]),
    ),
  };
}

function crossValidationOf({ run, groupings }: FoldsRunAnalysis) {
  const [{ folds }] = groupings as [FoldsRunAnalysis["groupings"][number]];
  return {
    synthetic: run.record.synthetic,
    folds: new Set(folds.map(({ fold }) => fold)).size,
    threshold: run.threshold,
    by: Object.fromEntries(
      groupings.map(({ by, summary, repeats, folds: own, pooled }) => [
        by,
        { summary, repeats, folds: own, pooled: pooled.estimates },
      ]),
    ),
  };
}
