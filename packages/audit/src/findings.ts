/**
 * What a finding means for the metrics of a study, worst first.
 *
 * - `leak`: splits share patients, files or images, so that one split is not new to a model trained on the other.
 * - `shortcut`: the label can be predicted without the disease.
 * - `issue`: data are contradictory, impossible or missing.
 */
export const SEVERITIES = ["leak", "shortcut", "issue"] as const;

/** One of {@link SEVERITIES}. */
export type Severity = (typeof SEVERITIES)[number];

/** All checks, in the order of an audit. */
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

/** Something a reviewer would object to. */
export interface Finding {
  readonly check: CheckName;
  readonly severity: Severity;
  /** One sentence with its numbers. */
  readonly summary: string;
  /** One line for each case (patient, pair, row, field), in a stable order. */
  readonly items: readonly string[];
}

/** Sorts findings: leaks, shortcuts, issues; within a severity in the order of the checks. The sort is stable. */
export function sortFindings<Found extends { readonly severity: Severity; readonly check: string }>(
  findings: readonly Found[],
): Found[] {
  const checks: readonly string[] = CHECKS;
  const rank = ({ severity, check }: Found): number =>
    SEVERITIES.indexOf(severity) * CHECKS.length + checks.indexOf(check);
  return [...findings].sort((a, b) => rank(a) - rank(b));
}

/** A proportion as text: `"58 %"`, below ten per cent `"2.4 %"`; NaN is `"an undefined share"`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "an undefined share";
  const value = 100 * share;
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** Joins words: `"a"`, `"a and b"`, `"a, b and c"`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** The text with its first letter capitalized. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
