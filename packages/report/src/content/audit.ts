import { plural } from "@covidxr/core/internal";
import { formatMetric } from "@covidxr/metrics/internal";
import { isHoldout, type RunAnalysis } from "../analysis/analyse-run.js";
import type { AuditFinding, AuditProbe, AuditRecord } from "../run/audit-record.js";
import { type ContentTable, pValueText } from "./words.js";

/** How serious a finding is. */
type Severity = AuditFinding["severity"];

/** Severities, worst first: what findings of each are called, and what they mean. */
export const SEVERITIES: readonly {
  readonly severity: Severity;
  readonly heading: string;
}[] = [
  { severity: "leak", heading: "Leaks: splits share patients, files or images" },
  { severity: "shortcut", heading: "Shortcuts: the label can be predicted without the disease" },
  { severity: "issue", heading: "Issues: data are contradictory, impossible or missing" },
];

const NO_LEAK =
  "An audit sees what the records say and what the images show: it misses a patient without an identifier, and a copy " +
  "altered beyond recognition.";

/** Findings of one severity, in the audit's order. */
export function findingsOf({ findings }: AuditRecord, severity: Severity): AuditFinding[] {
  return findings.filter((finding) => finding.severity === severity);
}

/** Probes of the label that come near the model's own area under the ROC curve. */
export function nearModelProbes({ probes }: AuditRecord): AuditProbe[] {
  return probes?.results.filter(({ verdict }) => verdict === "near-model") ?? [];
}

/** What an audit looked at and how much it found; the empty string where the cohort was not audited. */
export function auditSummary(analysis: RunAnalysis): string {
  const { audit } = analysis.run;
  if (audit === null) return "";
  const [leaks, shortcuts, issues] = SEVERITIES.map(({ severity }) => {
    const { length } = findingsOf(audit, severity);
    return length === 0 ? `no ${severity}` : plural(length, severity);
  });
  return [
    `${auditedText(audit)} found ${leaks}, ${shortcuts} and ${issues}.`,
    ...(audit.findings.length === 0 ? ["That does not prove that there are none."] : []),
    ...(leaks === "no leak" ? [NO_LEAK] : []),
    ...(isHoldout(analysis) ? [] : ["It looked at the splits of the cohort, which the folds do not use."]),
  ].join(" ");
}

/** The leaks that an audit found between the splits; the empty string of folds, which do not use them. */
export function auditedLeaks(analysis: RunAnalysis): string {
  const { audit } = analysis.run;
  if (audit === null || !isHoldout(analysis)) return "";
  const leaks = findingsOf(audit, "leak").map(({ summary }) => summary);
  return leaks.length === 0
    ? `${auditedText(audit)} found no leak. ${NO_LEAK}`
    : `${auditedText(audit)} found ${plural(leaks.length, "leak")}: ${leaks.join(" ")}`;
}

function auditedText({ rows, images }: AuditRecord): string {
  return `The audit of ${plural(rows, "row")} and ${plural(images, "image")}`;
}

/** How much of the label each attribute explains. */
export function attributesTable({ attributes }: AuditRecord): ContentTable {
  return {
    label: "Proportion of the label’s entropy explained by each attribute",
    columns: ["Attribute", "Images with a value", "Explained", "By chance", "Adjusted p"],
    rows: attributes.map(({ attribute, known, share, shareByChance, adjustedPValue }) => [
      attribute,
      known,
      formatMetric(share),
      formatMetric(shareByChance),
      pValueText(adjustedPValue),
    ]),
  };
}

export const ATTRIBUTES_NOTE =
  "Mutual information of attribute and label divided by the entropy of the label, over the images with a value: 0 means " +
  "that the attribute says nothing about the label, 1 that it determines it. By chance: the mean when labels are " +
  "permuted among patients. p-values by permutation, Holm-corrected for the number of attributes.";

export function attributeValuesTable(
  { attributes }: AuditRecord,
  [negative, positive]: Classes,
): ContentTable {
  return {
    label: "Values of each attribute by class",
    columns: ["Attribute", "Value", negative, positive],
    textColumns: [0, 1],
    rows: attributes.flatMap(({ attribute, values }) =>
      values.map((own) => [attribute, own.value, own.negative, own.positive]),
    ),
  };
}

type Classes = RunAnalysis["run"]["record"]["classes"];

export function missingFieldsTable(
  { missingFields }: AuditRecord,
  [negative, positive]: Classes,
): ContentTable {
  return {
    label: "Missing fields by class",
    columns: ["Missing field", negative, positive, "Adjusted p"],
    rows: missingFields.map((own) => [
      own.field,
      `${own.negative.missing} of ${own.negative.of}`,
      `${own.positive.missing} of ${own.positive.of}`,
      pValueText(own.adjustedPValue),
    ]),
  };
}

export function auditedSplitsTable({ splits }: AuditRecord, [negative, positive]: Classes): ContentTable {
  return {
    label: "Classes and patients of each split",
    columns: ["Split", negative, positive, "Patients"],
    rows: splits.map((split) => [split.split, split.negative, split.positive, split.patients]),
  };
}

export const PROBES_NOTE =
  "A probe is a simple classifier that sees only part of what a file holds, a part that should not predict the label so " +
  "well. A probe that comes near the model does not show what the model looks at; it shows that such a result needs " +
  "nothing more.";

export function probesTable(probes: readonly AuditProbe[]): ContentTable {
  return {
    label: "What the probes see and say",
    columns: ["Probe", "What it sees", "What it says"],
    textColumns: [0, 1, 2],
    rows: probes.map(({ title, description, words }) => [title, description, words]),
  };
}
