import { countText } from "../internal/format.js";
import type { AuditFinding, AuditProbe, AuditRecord } from "../run/audit-record.js";

/** How serious a finding is. */
export type Severity = AuditFinding["severity"];

/** Severities, worst first: what a finding of each is called, and what it means. */
export const SEVERITIES: readonly {
  readonly severity: Severity;
  readonly plural: string;
  readonly meaning: string;
}[] = [
  { severity: "leak", plural: "Leaks", meaning: "splits share patients, files or images" },
  { severity: "shortcut", plural: "Shortcuts", meaning: "the label can be told without the disease" },
  { severity: "issue", plural: "Issues", meaning: "data are contradictory, impossible or missing" },
];

/** What an audit that finds no leak leaves open. */
export const NO_LEAK_LEAVES_OPEN =
  "An audit sees what the records say and what the pictures show: a patient without a name, and a copy that was changed " +
  "beyond recognition, escape it.";

/** Findings of one severity, in the audit's order. */
export function findingsOf({ findings }: AuditRecord, severity: Severity): AuditFinding[] {
  return findings.filter((finding) => finding.severity === severity);
}

/** Findings of each severity as text, such as `"2 leaks, 1 shortcut and no issue"`. */
export function countedFindings(audit: AuditRecord): string {
  const [leaks, shortcuts, issues] = SEVERITIES.map(({ severity }) => {
    const { length } = findingsOf(audit, severity);
    return length === 0 ? `no ${severity}` : countText(length, severity);
  });
  return `${leaks}, ${shortcuts} and ${issues}`;
}

/** Probes of the label that come near the model's own figure. */
export function nearModelProbes({ probes }: AuditRecord): AuditProbe[] {
  return probes?.results.filter(({ verdict }) => verdict === "near-model") ?? [];
}

/** Words of a list, such as `"a, b and c"`. */
export function joinWords(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}
