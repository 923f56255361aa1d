// All that needs no files, so that it runs in a browser: the audit of records, copies, and splits without leaks.
export { type AuditCohortOptions, auditCohort, type CohortAudit } from "./cohort/audit-cohort.js";
export { type AuditedRow, describeRows, type ImageFacts } from "./cohort/facts.js";
export { type CopyPair, type FindCopiesOptions, findCopies } from "./copies/find-copies.js";
export { type Finding, sortFindings } from "./findings.js";
export type { Fingerprint } from "./fingerprints/fingerprint.js";
export {
  deduplicate,
  identifyImages,
  patientGroups,
  type SplitByPatientOptions,
  splitByPatient,
} from "./split.js";
