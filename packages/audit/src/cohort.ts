// All that needs no files, so that it runs in a browser: the audit of records, copies, and splits without leaks.
export { auditCohort, type CohortAudit } from "./cohort/audit-cohort.js";
export { describeRows } from "./cohort/facts.js";
export { type CopyPair, findCopies } from "./copies/find-copies.js";
export type { Finding } from "./findings.js";
export type { Fingerprint } from "./fingerprints/fingerprint.js";
export { deduplicate, identifyImages, patientGroups, splitByPatient } from "./split.js";
