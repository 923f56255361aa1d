import type { CopyPair } from "../copies/copy-pair.js";
import type { Finding } from "../findings/finding.js";

/** How much an attribute of the images tells of the label. */
export interface AttributeAssociation {
  /** Such as `"source"`, `"age band"` or `"file format"`. */
  readonly attribute: string;
  /** Images whose value is known; the figures are of these. */
  readonly known: number;
  /** Images of each value by class, the most frequent value first. */
  readonly values: readonly {
    readonly value: string;
    readonly negative: number;
    readonly positive: number;
  }[];
  /** Mutual information of value and label, in bits. */
  readonly mutualInformation: number;
  /** Mutual information over the entropy of the label, from 0 to 1; NaN where only one class is known. */
  readonly share: number;
  /**
   * Mean of `share` when labels are dealt out anew among patients: what this many values, images and patients give without
   * any association. Each draw has as many patients of each class but not as many images, and its share is of its own
   * entropy. The labels of a patient who has both move among such patients with as many images.
   */
  readonly shareByChance: number;
  /**
   * Of the permutation test over patients, (1 + draws at least as large) / (1 + draws), in bits or as a share, the larger
   * one; NaN where it is undefined.
   */
  readonly pValue: number;
  /** The same, corrected for the number of attributes (Holm 1979). */
  readonly adjustedPValue: number;
}

/** How often a field is missing in each class. */
export interface MissingField {
  readonly field: string;
  readonly negative: { readonly missing: number; readonly of: number };
  readonly positive: { readonly missing: number; readonly of: number };
  /**
   * Of the permutation test over patients, with "missing" and "known" as the values, corrected for the number of fields
   * (Holm 1979); NaN without both classes.
   */
  readonly adjustedPValue: number;
}

/** Classes of a split's images in use, each file once. */
export interface SplitClasses {
  readonly split: string;
  readonly negative: number;
  readonly positive: number;
  /** Patients among them; an image of unknown patient counts as one. */
  readonly patients: number;
}

/** What an audit of records and files gives. */
export interface CohortAudit {
  /** Worst first; empty when nothing was found. */
  readonly findings: readonly Finding[];
  /** All attributes, the one that tells most of the label first. */
  readonly attributes: readonly AttributeAssociation[];
  /** All fields, the one whose absence tells most of the label first. */
  readonly missingFields: readonly MissingField[];
  /** Those that rows stand in, in the order train, test, predict. */
  readonly splits: readonly SplitClasses[];
  /** Files that show the same picture, whatever their splits. */
  readonly copies: readonly CopyPair[];
}
