import { countedFindings, findingsOf, NO_LEAK_LEAVES_OPEN } from "../../content/audit-facts.js";
import { countText } from "../../internal/format.js";
import type { AuditRecord } from "../../run/audit-record.js";

/** How much an audit found, as Markdown; nothing where nobody audited the run. The limits name the worst of it. */
export function auditText(audit: AuditRecord | null): string[] {
  if (audit === null) return [];
  const looked = `${countText(audit.rows, "row")} and ${countText(audit.images, "picture")}`;
  const open = findingsOf(audit, "leak").length === 0 ? ` ${NO_LEAK_LEAVES_OPEN}` : "";
  const where = audit.findings.length === 0 ? "." : "; `audit.json` and the report list every case.";
  return [`An audit of ${looked} found ${countedFindings(audit)}${where}${open}`];
}
