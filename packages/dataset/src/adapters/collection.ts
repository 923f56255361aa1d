import type { MetadataRecord } from "../records/metadata-record.js";

/** Why an adapter left files or rows out. */
export interface LeftOut {
  /** What they are, such as `"volumes (CT, .nii.gz)"` or `"copies in a nested folder"`. */
  readonly what: string;
  readonly count: number;
  /** The first ones by name, at most three. */
  readonly examples: readonly string[];
}

/**
 * Images and what is known of them, as an adapter found them on disk. Whatever the shape of the folder, what comes
 * out is the same: records that {@link filterRecords}, {@link groupFindings} and {@link cohortFromRecords} take.
 */
export interface Collection {
  /** Name of the dataset; the rows' `source`. */
  readonly source: string;
  /** Folder that the records' `folder` and `filename` are relative to, absolute. */
  readonly root: string;
  /** One for each image, in an order that is the same on every machine. */
  readonly records: readonly MetadataRecord[];
  /**
   * Files that stand elsewhere than the dataset says, corrected in `records`, in their order: paths below `root`, with `/`.
   */
  readonly moved: readonly { readonly from: string; readonly to: string }[];
  /** What was seen and is not in `records`; empty when everything is. */
  readonly leftOut: readonly LeftOut[];
}
