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

/**
 * Findings in the order of an audit: leaks, shortcuts, faults; within a severity in the order of the checks; what is
 * still equal stays in its order.
 */
export function sortFindings(findings: readonly Finding[]): Finding[] {
  const rank = ({ severity, check }: Finding): number =>
    SEVERITIES.indexOf(severity) * CHECKS.length + CHECKS.indexOf(check);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** A share as text: `"58 %"`, below ten percent `"2.4 %"`; NaN reads `"an undefined share"`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "an undefined share";
  const value = 100 * share;
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** Words in a row: `"a"`, `"a and b"`, `"a, b and c"`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** The same text with a capital at its start. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
