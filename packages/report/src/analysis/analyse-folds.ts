import { groupBy } from "@covidxr/core/internal";
import { auc, clopperPearson, delong, type Interval, summarize } from "@covidxr/metrics";
import type { Summary } from "@covidxr/metrics/internal";
import type { Fold, FoldGrouping, FoldTraining, ScoredImage } from "../run/read-run.js";
import { type AnalyseImagesOptions, analyseImages, type ImagesAnalysis } from "./analyse-images.js";

/** A metric of one fold. */
export interface FoldMetric extends Interval {
  readonly value: number;
}

/** Metrics of a fold that a report shows, in the order of its tables. */
export const SHOWN_FOLD_METRICS = ["accuracy", "sensitivity", "specificity", "auc"] as const;

/** A metric of a fold that a report shows. */
export type ShownFoldMetric = (typeof SHOWN_FOLD_METRICS)[number];

/** A metric that each fold has; `accuracyAtHalf` is the accuracy at 0.5, as the training history counts it. */
export type FoldMetricName = ShownFoldMetric | "accuracyAtHalf";

const FOLD_METRICS: readonly FoldMetricName[] = [...SHOWN_FOLD_METRICS, "accuracyAtHalf"];

/** Each metric over the folds. */
type FoldSummary = Readonly<Record<FoldMetricName, Summary>>;

/** One fold with its metrics: Clopper–Pearson intervals, and DeLong's for the area under the ROC curve. */
export interface FoldAnalysis {
  readonly seed: number;
  readonly fold: number;
  readonly images: number;
  readonly training: FoldTraining | null;
  readonly metrics: Readonly<Record<FoldMetricName, FoldMetric>>;
}

/** Folds drawn one way, each by itself and all together. */
export interface FoldsAnalysis {
  /** What was kept together. */
  readonly by: string;
  readonly folds: readonly FoldAnalysis[];
  /** Over folds of all seeds. The folds share training images, so that the spread is no standard error. */
  readonly summary: FoldSummary;
  /** Over the folds of each seed. */
  readonly repeats: readonly { readonly seed: number; readonly summary: FoldSummary }[];
  /** Every image once, by the fold that held it out, of the first seed. */
  readonly pooled: ImagesAnalysis;
}

/** Metrics of each fold, their mean and spread, and those of all held-out images together. */
export function analyseFolds({ by, folds }: FoldGrouping, options: AnalyseImagesOptions): FoldsAnalysis {
  const analysed = folds.map(analyseFold);
  const first = folds.filter(({ seed }) => seed === folds[0]!.seed);
  return {
    by,
    folds: analysed,
    summary: summarizeFolds(analysed),
    repeats: [...groupBy(analysed, ({ seed }) => seed)].map(([seed, own]) => ({
      seed,
      summary: summarizeFolds(own),
    })),
    pooled: analyseImages(
      {
        name: `folds by ${by}${first.length < folds.length ? `, seed ${folds[0]!.seed}` : ""}`,
        images: first.flatMap(({ images }) => images),
      },
      options,
    ),
  };
}

function analyseFold({ seed, fold, images, training }: Fold): FoldAnalysis {
  const rightOf = (of: readonly ScoredImage[], isRight: (image: ScoredImage) => boolean): FoldMetric => {
    const right = of.filter(isRight).length;
    return { value: of.length === 0 ? Number.NaN : right / of.length, ...clopperPearson(right, of.length) };
  };
  const atThreshold = ({ label, predicted }: ScoredImage) => label === predicted;
  const atHalf = ({ label, probability }: ScoredImage) => label === (probability > 0.5 ? 1 : 0);
  const truth = images.map(({ label }) => label);
  const probabilities = images.map(({ probability }) => probability);
  return {
    ...{ seed, fold, images: images.length, training },
    metrics: {
      accuracy: rightOf(images, atThreshold),
      accuracyAtHalf: rightOf(images, atHalf),
      sensitivity: rightOf(
        images.filter(({ label }) => label === 1),
        atThreshold,
      ),
      specificity: rightOf(
        images.filter(({ label }) => label === 0),
        atThreshold,
      ),
      auc: { value: auc(truth, probabilities), ...delong(truth, probabilities).interval },
    },
  };
}

function summarizeFolds(folds: readonly FoldAnalysis[]): FoldSummary {
  const summaries = FOLD_METRICS.map(
    (name) => [name, summarize(folds.map(({ metrics }) => metrics[name].value))] as const,
  );
  return Object.fromEntries(summaries) as unknown as FoldSummary;
}
