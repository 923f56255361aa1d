import type { CohortRow } from "@covidxr/dataset";
import { countLicences, STUDY_AUGMENTATION, STUDY_INPUT } from "@covidxr/dataset/internal";
import { STUDY_FINDINGS, STUDY_RADIOGRAPHS, STUDY_SPLIT } from "@covidxr/dataset/study";
import type { ResizeMethod } from "@covidxr/image";
import type { AugmentationRanges } from "@covidxr/image/internal";

/** What the steps need to know of a study besides its settings. */
export interface StudyDefinition {
  /** Names of class 0 and class 1. */
  readonly classes: readonly [negative: string, positive: string];
  readonly split: {
    /** Names of the splits: trained on, validated on, held out. */
    readonly splits: readonly [training: string, validation: string, heldOut: string];
  };
  /** How images are brought to the size of the network's input. */
  readonly input: { readonly method: ResizeMethod };
  readonly augmentation: AugmentationRanges;
  /** Architecture in words. */
  readonly network: string;
}

/**
 * The published study (Augereau 2020, https://github.com/PierreSylvain/covid-chestxray-detector) in one place; `training`,
 * `threshold` and the size of the input are the defaults of its settings.
 */
export const PUBLISHED_STUDY = {
  /** Class 0 and class 1. */
  classes: ["not COVID-19", "COVID-19"],
  radiographs: STUDY_RADIOGRAPHS,
  findings: STUDY_FINDINGS,
  split: STUDY_SPLIT,
  input: STUDY_INPUT,
  augmentation: STUDY_AUGMENTATION,
  network: "VGG19, 4×4 average pooling, dense 128, dropout 0.5, sigmoid",
  training: { epochs: 80, batchSize: 64, optimizer: "sgd", learningRate: 0.001, momentum: 0.9 },
  /** A probability above it is positive. */
  threshold: 0.7,
  /** Of the `predict` images, `[[TN, FP], [FN, TP]]`: the study's README and its notebook show two runs. */
  published: {
    source: "the study's README",
    images: 31,
    threshold: 0.7,
    confusionMatrix: [
      [14, 1],
      [1, 15],
    ],
    other: [
      {
        source: "the study's notebook",
        confusionMatrix: [
          [12, 3],
          [1, 15],
        ],
      },
    ],
  },
} as const satisfies StudyDefinition & Readonly<Record<string, unknown>>;

/** Of `PUBLISHED_STUDY`: every value is a literal, so that a copy that differs is a type error. */
export type PublishedStudy = typeof PUBLISHED_STUDY;

/** Digest of the study's own `chestxrays.csv`: with it, and nothing drawn anew, a run is the published study. */
const STUDY_LIST_SHA256 = "d8b1cd584ada823e5438184089b45da5654992089dde5e994dbefb18fa166487";

/** Whether a run follows the published study's own list. */
export function isPublishedStudy(listDigest: string | undefined): boolean {
  return listDigest === STUDY_LIST_SHA256;
}

/** Licences as the sources state them: covid-chestxray-dataset's README, and doi 10.17632/rscbjbr9sj.2. */
const LICENCES: ReadonlyMap<string, string> = new Map([
  ["covid-chestxray-dataset", "per image, in the column license of its metadata.csv; partly non-commercial"],
  ["chest-xray-pneumonia", "CC BY 4.0"],
]);

/**
 * The sources of a cohort's images, in the order of their first rows. A source that is not the study's has the licences that
 * its rows state, `"unknown"` where they state none.
 */
export function describeDataset(rows: readonly CohortRow[], synthetic: boolean) {
  return [...new Set(rows.map(({ source }) => source))].map((source) => {
    const own = rows.filter((row) => row.source === source);
    return {
      source,
      rows: own.length,
      used: own.filter(({ status }) => status === "used").length,
      licence: synthetic ? "synthetic" : (LICENCES.get(source) ?? statedBy(own)),
    };
  });
}

function statedBy(rows: readonly CohortRow[]): string {
  if (rows.every(({ license }) => license === null)) return "unknown";
  return countLicences(rows)
    .map(({ license, images }) => `${license ?? "not stated"} (${images})`)
    .join(", ");
}
