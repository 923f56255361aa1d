import type { CohortRow, FlowStep } from "@covidxr/dataset";
import type { OtherSplitRecord } from "./other-split.js";
import type { AuditRecord } from "./read-audit.js";
import type { RunRecord } from "./run-record.js";

/** One image with the probability that a model gave it. */
export interface ScoredImage {
  readonly filename: string;
  /** Path relative to the study folder. */
  readonly path: string;
  /** Name of its patient, or of the file where the patient is unknown. */
  readonly patient: string;
  readonly label: 0 | 1;
  readonly finding: string;
  readonly source: string;
  /** Probability of class 1. */
  readonly probability: number;
  /** 1 where the probability is above the run's threshold. */
  readonly predicted: 0 | 1;
}

/** One epoch of a training history; a figure that was not taken is NaN. */
export interface HistoryRow {
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  readonly validationLoss: number;
  readonly validationAccuracy: number;
}

/** What every run leaves. */
export interface RunBasics {
  readonly folder: string;
  readonly record: RunRecord;
  /** A probability above it is positive. */
  readonly threshold: number;
  readonly cohort: readonly CohortRow[];
  /** Null for a run that did not write it down. */
  readonly flow: readonly FlowStep[] | null;
  /** Null where nobody audited the cohort. */
  readonly audit: AuditRecord | null;
}

/** Images that take one part in a run. */
export interface ImageSet {
  readonly name: string;
  readonly images: readonly ScoredImage[];
}

/** A run that trained once and held images out. */
export interface HoldoutRun extends RunBasics {
  readonly kind: "holdout";
  readonly history: readonly HistoryRow[];
  /** In the order in which the run names them; the held-out one is the record's `heldOut`. */
  readonly splits: readonly ImageSet[];
  /** The same study on another split; null where it was run on one alone. */
  readonly otherSplit: OtherSplitRecord | null;
}

/** One held-out fold. */
export interface Fold extends ImageSet {
  readonly seed: number;
  /** 1-based. */
  readonly fold: number;
}

/** Folds drawn one way. */
export interface FoldGrouping {
  /** What was kept together: `"patient"` or `"row"`. */
  readonly by: string;
  readonly folds: readonly Fold[];
}

/** A run that held out each image once, fold by fold. */
export interface FoldsRun extends RunBasics {
  readonly kind: "folds";
  readonly groupings: readonly FoldGrouping[];
}

/** A run's folder, read. */
export type RunData = HoldoutRun | FoldsRun;
