import { splitRuleOf } from "../run/other-split.js";
import type { FoldsRun, HoldoutRun, RunData } from "../run/run-data.js";
import { analyseFolds, type FoldsAnalysis } from "./analyse-folds.js";
import { analyseImages, type ImagesAnalysis } from "./analyse-images.js";
import { type CohortFacts, cohortFacts } from "./cohort-facts.js";
import { compareSplits, type SplitComparison } from "./compare-splits.js";
import { compareWithPublished, type PublishedComparison } from "./compare-with-published.js";
import { splitRecordOf } from "./split-record-of.js";

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

/** All that a report says of a run. */
export type RunAnalysis = HoldoutAnalysis | FoldsRunAnalysis;

/** Whether a run trained once, rather than fold by fold. */
export function isHoldout(analysis: RunAnalysis): analysis is HoldoutAnalysis {
  return analysis.run.kind === "holdout";
}

/**
 * Figures with intervals, curves and comparisons of a run. The run's seed decides the bootstrap's draws, so that one
 * run gives one report.
 */
export function analyseRun(run: RunData): RunAnalysis {
  const { record, threshold } = run;
  const options = { threshold, seed: record.options.seed };
  if (run.kind === "holdout") {
    const splits = run.splits.map((split) => analyseImages(split, options));
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
  const groupings = run.groupings.map((grouping) => analyseFolds(grouping, options));
  const headline = groupings[0]!.pooled;
  // What was published is of one split; the pooled folds are other rows.
  return { run, groupings, headline, published: null, facts: cohortFacts(run) };
}
