import { clopperPearson, delong, type Interval } from "@covidxr/metrics";
import type { Fold, FoldGrouping } from "../run/run-data.js";
import { type AnalyseImagesOptions, analyseImages, type ImagesAnalysis } from "./analyse-images.js";
import { type FigureSummary, summarizeFigure } from "./summarize-figure.js";

/** A figure of one fold. */
export interface FoldFigure extends Interval {
  readonly value: number;
}

/** Figures of a fold, in the order in which tables show them. */
export const FOLD_FIGURES = ["accuracy", "sensitivity", "specificity", "auc"] as const;

/** A figure that each fold has. */
export type FoldFigureName = (typeof FOLD_FIGURES)[number];

/** One fold with its figures: Clopper–Pearson intervals, and DeLong's for the area under the ROC curve. */
export interface FoldAnalysis {
  readonly seed: number;
  readonly fold: number;
  readonly images: number;
  readonly figures: Readonly<Record<FoldFigureName, FoldFigure>>;
}

/** Folds drawn one way, each by itself and all together. */
export interface FoldsAnalysis {
  /** What was kept together. */
  readonly by: string;
  readonly folds: readonly FoldAnalysis[];
  /** Over folds of all seeds. The folds share training images, so that the spread is no standard error. */
  readonly summary: Readonly<Record<FoldFigureName, FigureSummary>>;
  /** Every image once, by the fold that held it out, of the first seed. */
  readonly pooled: ImagesAnalysis;
}

/** Figures of each fold, their mean and spread, and those of all held-out images together. */
export function analyseFolds({ by, folds }: FoldGrouping, options: AnalyseImagesOptions): FoldsAnalysis {
  const analysed = folds.map(analyseFold);
  const first = folds.filter(({ seed }) => seed === folds[0]!.seed);
  const summaries = FOLD_FIGURES.map(
    (name) => [name, summarizeFigure(analysed.map(({ figures }) => figures[name].value))] as const,
  );
  return {
    by,
    folds: analysed,
    summary: Object.fromEntries(summaries) as Record<FoldFigureName, FigureSummary>,
    pooled: analyseImages(
      {
        name: `folds by ${by}${first.length < folds.length ? `, seed ${folds[0]!.seed}` : ""}`,
        images: first.flatMap(({ images }) => images),
      },
      options,
    ),
  };
}

function analyseFold({ seed, fold, images }: Fold): FoldAnalysis {
  const share = (of: typeof images): FoldFigure => {
    const right = of.filter(({ label, predicted }) => label === predicted).length;
    return { value: of.length === 0 ? Number.NaN : right / of.length, ...clopperPearson(right, of.length) };
  };
  const { auc, interval } = delong(
    images.map(({ label }) => label),
    images.map(({ probability }) => probability),
  );
  return {
    seed,
    fold,
    images: images.length,
    figures: {
      accuracy: share(images),
      sensitivity: share(images.filter(({ label }) => label === 1)),
      specificity: share(images.filter(({ label }) => label === 0)),
      auc: { value: auc, ...interval },
    },
  };
}
