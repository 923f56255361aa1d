import { join } from "node:path";
import { writeJson } from "../run/json-files.js";
import type { RunData } from "../run/read-run.js";
import { crossValidationRecord, metricsRecord } from "../run/result-records.js";
import { type FoldsRunAnalysis, type HoldoutAnalysis, isHoldout, type RunAnalysis } from "./analyse-run.js";

/** Name of the file with a run's metrics. */
function metricsFile({ kind }: RunData): string {
  return kind === "holdout" ? "metrics.json" : "cross-validation.json";
}

/**
 * Writes the metrics of an analysis for other programs, as `metrics.json` or `cross-validation.json`.
 *
 * @returns Name of the file.
 */
export async function writeMetrics(analysis: RunAnalysis): Promise<string> {
  const { run } = analysis;
  const name = metricsFile(run);
  const path = join(run.folder, name);
  if (isHoldout(analysis)) await writeJson(path, metricsRecord, metricsOf(analysis));
  else await writeJson(path, crossValidationRecord, crossValidationOf(analysis));
  return name;
}

/** What every file of metrics says of the run. */
const basicsOf = ({ record, integrity }: RunData) => ({
  synthetic: record.synthetic,
  verified: integrity.verified,
  edited: integrity.edited,
});

function metricsOf({ run, splits }: HoldoutAnalysis) {
  return {
    ...basicsOf(run),
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
    ...basicsOf(run),
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
