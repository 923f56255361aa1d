import { join } from "node:path";
import { readJson, writeJson } from "../run/json-files.js";
import type { RunData } from "../run/read-run.js";
import { crossValidationRecord, metricsRecord } from "../run/result-records.js";
import { type FoldsRunAnalysis, type HoldoutAnalysis, isHoldout, type RunAnalysis } from "./analyse-run.js";

/** Name of the file with a run's metrics. */
export function metricsFile({ kind }: RunData): string {
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
  await writeJson(join(run.folder, name), schemaOf(run), contentOf(analysis));
  return name;
}

/**
 * Compares the file of a run's metrics with an analysis of its predictions: numbers to nine digits, since other machines may
 * round the last ones otherwise.
 *
 * @returns Fields that differ, such as `splits.test.metrics.auc.value`; null without the file.
 * @throws {FileError} `"corrupt"` on a file that is none.
 */
export async function compareMetrics(analysis: RunAnalysis): Promise<string[] | null> {
  const { run } = analysis;
  const path = join(run.folder, metricsFile(run));
  const schema = schemaOf(run);
  const saved = await readJson(path, schema, "the metrics of a run");
  if (saved === null) return null;
  // As a reader of the file has them.
  const own = schema.parse(JSON.parse(JSON.stringify(contentOf(analysis))));
  return differingFields(saved, own, []);
}

function differingFields(a: unknown, b: unknown, path: readonly string[]): string[] {
  if (typeof a === "number" && typeof b === "number") {
    const near = Math.abs(a - b) <= 1e-9 * Math.max(1, Math.abs(a), Math.abs(b));
    return near || Object.is(a, b) ? [] : [path.join(".")];
  }
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null)
    return a === b ? [] : [path.join(".")];
  const [own, other] = [a, b] as [Record<string, unknown>, Record<string, unknown>];
  const names = [...new Set([...Object.keys(own), ...Object.keys(other)])];
  return names.flatMap((name) => differingFields(own[name], other[name], [...path, name]));
}

const schemaOf = ({ kind }: RunData) => (kind === "holdout" ? metricsRecord : crossValidationRecord);

const contentOf = (analysis: RunAnalysis): object =>
  isHoldout(analysis) ? metricsOf(analysis) : crossValidationOf(analysis);

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
