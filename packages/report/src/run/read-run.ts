import { access } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { type CohortRow, readCohort } from "@covidxr/dataset";
import { groupBy } from "../internal/group-by.js";
import { readOtherSplit, splitRuleOf } from "./other-split.js";
import { readAudit } from "./read-audit.js";
import { readFlow } from "./read-flow.js";
import { readHistory } from "./read-history.js";
import { readScoredImages } from "./read-scored-images.js";
import type { Fold, FoldGrouping, ImageSet, RunData } from "./run-data.js";
import { type RunRecord, readRunRecord } from "./run-record.js";

/** What the record of a cross-validation says it held out. */
const FOLDS = "folds";

/**
 * Reads the folder of a finished run: `run.json` and `cohort.csv`, with `predictions.csv` and `history.csv` of a run
 * that held images out, or `out-of-fold.csv` of one that did so fold by fold. `cohort-flow.json`, `audit.json` and
 * `other-split.json` are read where they are.
 *
 * @throws {FileError} on a file that is missing or is not what its name says, or a run that did not finish.
 * @throws {MetadataError} on a table with a missing column or a wrong cell.
 */
export async function readRun(folder: string): Promise<RunData> {
  const record = await readRunRecord(folder);
  const threshold = record.threshold?.value ?? record.options.threshold ?? missingThreshold(folder);
  const cohort = await readCohort(join(folder, "cohort.csv"));
  const basics = {
    ...{ folder, record, threshold, cohort },
    flow: await readFlow(folder),
    audit: await readAudit(folder),
  };
  if (await hasFolds(folder, record))
    return { ...basics, kind: "folds", groupings: await readGroupings(folder, cohort, threshold) };
  const splits = await readSplits(folder, record.heldOut, cohort, threshold);
  const history = await readHistory(folder);
  const otherSplit = await readOtherSplit(folder, splitRuleOf(record));
  return { ...basics, kind: "holdout", history, splits, otherSplit };
}

/** A folder may hold the tables of an earlier run beside its own: what the record says decides. */
async function hasFolds(folder: string, { heldOut }: RunRecord): Promise<boolean> {
  if (heldOut === FOLDS) return true;
  const [folds, predictions] = await Promise.all(
    ["out-of-fold.csv", "predictions.csv"].map((name) =>
      access(join(folder, name)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return folds! && !predictions!;
}

async function readSplits(
  folder: string,
  heldOut: string,
  cohort: readonly CohortRow[],
  threshold: number,
): Promise<ImageSet[]> {
  const lines = await readScoredImages(folder, "predictions.csv", ["split"], cohort, threshold);
  const splits = groupBy(lines, (line) => line.cell("split"));
  if (!splits.has(heldOut)) {
    throw new FileError({
      path: join(folder, "predictions.csv"),
      reason: "corrupt",
      message: `expected images of the split "${heldOut}", got those of ${[...splits.keys()].join(", ")}`,
    });
  }
  return [...splits].map(([name, own]) => ({ name, images: own.map(({ image }) => image) }));
}

async function readGroupings(
  folder: string,
  cohort: readonly CohortRow[],
  threshold: number,
): Promise<FoldGrouping[]> {
  const lines = await readScoredImages(folder, "out-of-fold.csv", ["by", "seed", "fold"], cohort, threshold);
  return [...groupBy(lines, (line) => line.cell("by"))].map(([by, ofGrouping]) => ({
    by,
    folds: [...groupBy(ofGrouping, (line) => `${line.cell("seed")} ${line.cell("fold")}`).values()].map(
      (own): Fold => {
        const [seed, fold] = [own[0]!.count("seed"), own[0]!.count("fold")];
        return {
          name: `fold ${fold}`,
          seed,
          fold,
          images: own.map(({ image }) => image),
        };
      },
    ),
  }));
}

function missingThreshold(folder: string): never {
  throw new FileError({
    path: join(folder, "run.json"),
    reason: "corrupt",
    message:
      "expected a threshold among the options, got none; name the one in force (an audit alone has no report)",
  });
}
