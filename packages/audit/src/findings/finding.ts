/**
 * What a finding means for the figures of a study, worst first.
 *
 * - `leak`: splits share patients, files or pictures, so that images of one are not new to a model that learnt from the
 *   other.
 * - `shortcut`: the label can be told without the disease.
 * - `issue`: data are contradictory, impossible or missing.
 */
export const SEVERITIES = ["leak", "shortcut", "issue"] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** Every check, in the order in which an audit makes them. */
export const CHECKS = [
  "patients",
  "files",
  "images",
  "attributes",
  "missing-fields",
  "classes",
  "values",
  "probes",
] as const;

/** One of {@link CHECKS}. */
export type CheckName = (typeof CHECKS)[number];

/** Something that a reviewer would hold against a study. */
export interface Finding {
  readonly check: CheckName;
  readonly severity: Severity;
  /** One sentence with its numbers, ending in a full stop. */
  readonly summary: string;
  /** One line for each case (patient, pair, row, field); all of them, in a stable order. */
  readonly items: readonly string[];
}
