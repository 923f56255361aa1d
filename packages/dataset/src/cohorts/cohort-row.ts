import type { Label } from "../records/group-findings.js";

/** Parts of a study: `train` fits, `test` is watched while fitting, `predict` is held out to the end. */
export const SPLITS = ["train", "test", "predict"] as const;

/** One of {@link SPLITS}. */
export type Split = (typeof SPLITS)[number];

/** What became of a row; only `used` rows reach a model. */
export const STATUSES = ["used", "missing", "unreadable", "duplicate"] as const;

/**
 * - `used`: its image takes part.
 * - `missing`: nothing stands at its path.
 * - `unreadable`: something stands there that cannot be read or decoded.
 * - `duplicate`: its file, or a copy of its picture, takes part in the same split by an earlier row.
 */
export type Status = (typeof STATUSES)[number];

/** One row of a study's cohort. */
export interface CohortRow {
  /** Path relative to the study folder, with `/`. */
  readonly path: string;
  /** Last part of `path`. */
  readonly filename: string;
  /** Patient, unique over all sources; `null` when unknown. */
  readonly patientId: string | null;
  /** Finding as its source names it. */
  readonly finding: string;
  /** Licence of the image as its source states it; `null` when it does not. See `derivativesUnder`. */
  readonly license: string | null;
  /** Dataset the image comes from. */
  readonly source: string;
  readonly label: Label;
  /** `null` until the cohort is split. */
  readonly split: Split | null;
  readonly status: Status;
}
