import type { CohortAudit } from "./cohort/audit-cohort.js";
import type { AucEstimate, ProbeResult } from "./probes/verdict.js";

/** Probes of a cohort and the figure that they stand beside. */
export interface ProbesAudit {
  readonly results: readonly ProbeResult[];
  /** The model's own area on the held-out images; null where no model was asked. */
  readonly model: AucEstimate | null;
}

/** `audit.json`: what an audit leaves for others to read. NaN is null there. */
export interface AuditRecord extends CohortAudit {
  /** Raised when the form changes. */
  readonly version: 1;
  /** Rows of the cohort. */
  readonly rows: number;
  /** Files whose pictures were compared. */
  readonly images: number;
  /** Null where none were run. */
  readonly probes: ProbesAudit | null;
}
