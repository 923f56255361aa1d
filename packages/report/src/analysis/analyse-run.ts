import { checkArguments } from "@covidxr/core/internal";
import type { AreaEstimate } from "../run/audit-record.js";
import { checkRun, type FoldsRun, type HoldoutRun, type RunData, splitRuleOf } from "../run/read-run.js";
import { analyseFolds, type FoldsAnalysis } from "./analyse-folds.js";
import { analyseImages, type ImagesAnalysis } from "./analyse-images.js";
import { type CohortFacts, cohortFacts } from "./cohort-facts.js";
import {
  compareSplits,
  compareWithPublished,
  type PublishedComparison,
  type SplitComparison,
  splitRecordOf,
} from "./compare-matrices.js";

/** What every analysis of a run says. */
interface AnalysisBasics {
  /** The images that the headline is about. */
  readonly headline: ImagesAnalysis;
  /** Null where nothing was published for the same rows. */
  readonly published: PublishedComparison | null;
  readonly facts: CohortFacts;
}

/** A run that trained once and held images out. */
export interface HoldoutAnalysis extends AnalysisBasics {
  readonly run: HoldoutRun;
  /** Splits in the run's order; `headline` is one of them. */
  readonly splits: readonly ImagesAnalysis[];
  /** This run beside the same study on another split; null where it was run on one alone. */
  readonly bothSplits: SplitComparison | null;
}

/** A run that held out each image once, fold by fold. */
export interface FoldsRunAnalysis extends AnalysisBasics {
  readonly run: FoldsRun;
  /** The first one is the headline's: by patient where that was run. */
  readonly groupings: readonly FoldsAnalysis[];
}

/** All that is printed, saved and reported of a run. */
export type RunAnalysis = HoldoutAnalysis | FoldsRunAnalysis;

/** Whether a run trained once, rather than fold by fold. */
export function isHoldout(analysis: RunAnalysis): analysis is HoldoutAnalysis {
  checkAnalysis(analysis);
  return analysis.run.kind === "holdout";
}

/**
 * Metrics with intervals, curves and comparisons of a run. The run's seed decides the bootstrap's draws, so that one
 * run gives one report.
 */
export function analyseRun(run: RunData): RunAnalysis {
  checkRun("run", run);
  const options = { threshold: run.threshold, seed: run.record.settings.seed };
  return run.kind === "holdout"
    ? completeHoldout(
        run,
        run.splits.map((split) => analyseImages(split, options)),
      )
    : completeFolds(
        run,
        run.groupings.map((grouping) => analyseFolds(grouping, options)),
      );
}

/**
 * An analysis with what has become known of its run since: its record, audit and other split. The metrics are taken over.
 *
 * @param run The same run, read again.
 */
export function updateAnalysis(analysis: RunAnalysis, run: RunData): RunAnalysis {
  if (isHoldout(analysis) && run.kind === "holdout") return completeHoldout(run, analysis.splits);
  if (!isHoldout(analysis) && run.kind === "folds") return completeFolds(run, analysis.groupings);
  return analyseRun(run);
}

/** Area under the ROC curve of the headline, for comparison with probes; null where it is undefined. */
export function headlineAuc(analysis: RunAnalysis): AreaEstimate | null {
  checkAnalysis(analysis);
  const { headline } = analysis;
  const { value, low, high, level, method } = headline.estimates.auc;
  const { negatives, positives } = headline;
  if (Number.isNaN(value)) return null;
  return { value, low, high, level, method: method as AreaEstimate["method"], negatives, positives };
}

function completeHoldout(run: HoldoutRun, splits: readonly ImagesAnalysis[]): HoldoutAnalysis {
  const { record } = run;
  const headline = splits.find(({ name }) => name === record.heldOut)!;
  return {
    run,
    splits,
    headline,
    // What was published is of the study's split; another split holds out other rows.
    published:
      record.published && splitRuleOf(record) === "study"
        ? compareWithPublished(record.published, headline.confusionMatrix)
        : null,
    bothSplits: run.otherSplit ? compareSplits(splitRecordOf(run, headline), run.otherSplit) : null,
    facts: cohortFacts(run),
  };
}

function completeFolds(run: FoldsRun, groupings: readonly FoldsAnalysis[]): FoldsRunAnalysis {
  // What was published is of one split; the pooled folds are other rows.
  return { run, groupings, headline: groupings[0]!.pooled, published: null, facts: cohortFacts(run) };
}

/** @throws {InvalidArgumentError} on what is no analysis, as `analyseRun` gives it. */
export function checkAnalysis(analysis: RunAnalysis): void {
  checkArguments({ analysis }, { analysis: "object" });
  const { run, headline } = analysis;
  checkArguments(
    { "analysis.run": run, "analysis.headline": headline },
    { "analysis.run": "object", "analysis.headline": "object" },
  );
}
