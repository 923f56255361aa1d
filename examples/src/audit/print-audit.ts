import type { AuditRecord, Finding, ProbesAudit } from "@covidxr/audit";
import { formatEstimate, formatPValue } from "@covidxr/metrics";
import { table } from "../run/format.js";

/** How much of an audit is printed. */
export interface AuditLinesOptions {
  /** Cases shown under each finding; the others are counted. */
  readonly items: number;
}

/** An audit of records and files as lines of text: findings, worst first, and what tells the label. */
export function auditLines(audit: AuditRecord, { items }: AuditLinesOptions): string[] {
  const { findings, attributes, rows, images } = audit;
  return [
    `Audit of ${rows} rows and ${images} pictures: ${countFindings(findings)}`,
    ...findings.flatMap((finding) => findingLines(finding, items)),
    "",
    table([
      ["What tells the label", "known", "share of its entropy", "by chance", "p, corrected"],
      ...attributes.map(({ attribute, known, share, shareByChance, adjustedPValue }) => [
        `  ${attribute}`,
        known,
        share.toFixed(2),
        shareByChance.toFixed(2),
        formatPValue(adjustedPValue),
      ]),
    ]),
  ];
}

/** Probes beside the model's own figure as lines of text. */
export function probeLines({ results, model }: ProbesAudit): string[] {
  return [
    table([
      ["Probes, area under the ROC curve", "all images, by patient", "held-out images"],
      ...results.map(({ title, target, outOfFold, heldOut }) => [
        `  ${target === "label" ? `label from ${title}` : title}`,
        formatEstimate(outOfFold),
        heldOut === null ? "" : formatEstimate(heldOut),
      ]),
      ...(model === null ? [] : [["  the model itself", "", formatEstimate(model)]]),
    ]),
    ...results.map(({ words }) => words),
  ];
}

function countFindings(findings: readonly Finding[]): string {
  const count = (severity: Finding["severity"], one: string): string => {
    const number = findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${number === 1 ? one : `${one}s`}`;
  };
  return `${count("leak", "leak")}, ${count("shortcut", "shortcut")}, ${count("issue", "issue")}`;
}

function findingLines({ severity, summary, items }: Finding, limit: number): string[] {
  const shown = items.slice(0, limit);
  const left = items.length - shown.length;
  return [
    `  ${severity.padEnd(8)}  ${printable(summary)}`,
    ...shown.map((item) => `              ${printable(item)}`),
    ...(left > 0 && limit > 0 ? [`              and ${left} more`] : []),
  ];
}

/** Names come from files of others; none may move the cursor or begin a line. */
function printable(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\ufffd");
}
