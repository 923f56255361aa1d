export { type AuditCohortOptions, auditCohort, type CohortAudit } from "./cohort/audit-cohort.js";
export { type AuditedRow, describeRows, type ImageFacts } from "./cohort/facts.js";
export { type CopyPair, type FindCopiesOptions, findCopies } from "./copies/find-copies.js";
export { type Finding, sortFindings } from "./findings.js";
export type { Fingerprint } from "./fingerprints/fingerprint.js";
export {
  type FingerprintImagesOptions,
  fingerprintImage,
  fingerprintImages,
} from "./fingerprints/fingerprint-images.js";
export { type Embedder, pixelEmbedder } from "./probes/embedder.js";
export type { ProbeImage } from "./probes/evaluate-probe.js";
export { type LungMasks, openLungMasks } from "./probes/open-lung-masks.js";
export { type RunProbesOptions, runProbes } from "./probes/run-probes.js";
export { type AucEstimate, estimateAuc, type ProbeResult, probeFindings } from "./probes/verdict.js";
export {
  deduplicate,
  identifyImages,
  patientGroups,
  type SplitByPatientOptions,
  splitByPatient,
} from "./split.js";
