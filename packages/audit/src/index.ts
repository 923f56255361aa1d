export { assertNoLeakage, findLeakage, type ImageIdentity } from "@covidxr/dataset";
export type { AuditRecord, ProbesAudit } from "./audit-record.js";
export { type AuditCohortOptions, auditCohort } from "./cohort/audit-cohort.js";
export type { AuditedRow, ImageFacts } from "./cohort/audited-row.js";
export type { AttributeAssociation, CohortAudit, MissingField, SplitClasses } from "./cohort/cohort-audit.js";
export { describeRows } from "./cohort/describe-rows.js";
export { type SourceFacts, STUDY_SOURCE_FACTS } from "./cohort/study-source-facts.js";
export { UNKNOWN_FACTS } from "./cohort/unknown-facts.js";
export { type CopyKind, type CopyPair, HASH_BITS, type ImageWindow } from "./copies/copy-pair.js";
export { type FindCopiesOptions, findCopies } from "./copies/find-copies.js";
export { CHECKS, type CheckName, type Finding, SEVERITIES, type Severity } from "./findings/finding.js";
export { sortFindings } from "./findings/sort-findings.js";
export { type Fingerprint, THUMBNAIL_SIDE } from "./fingerprints/fingerprint.js";
export { type DecodedFile, fingerprintImage } from "./fingerprints/fingerprint-image.js";
export {
  type FingerprintedImages,
  type FingerprintImagesOptions,
  fingerprintImages,
} from "./fingerprints/fingerprint-images.js";
export type { EmbeddableImage, Embedder, EmbedOptions } from "./probes/embedder.js";
export { estimateAuc } from "./probes/estimate-auc.js";
export { BORDER_SHARE, centreMask } from "./probes/masks/centre-mask.js";
export { coverImage } from "./probes/masks/cover-picture.js";
export { LUNG_ELLIPSES, lungEllipses } from "./probes/masks/lung-ellipses.js";
export { type LungMasks, openLungMasks } from "./probes/masks/open-lung-masks.js";
export {
  PIXEL_EMBEDDER_DEFAULTS,
  type PixelEmbedderOptions,
  pixelEmbedder,
} from "./probes/pixel-embedder.js";
export { probeFindings, SOURCE_FINDING_LIMIT } from "./probes/probe-findings.js";
export type { ProbeImage } from "./probes/probe-image.js";
export type { LungMaskOf } from "./probes/probe-pictures.js";
export type { AucEstimate, ProbeName, ProbeResult, ProbeVerdict } from "./probes/probe-result.js";
export { PROBE_DEFAULTS, type RunProbesOptions, runProbes } from "./probes/run-probes.js";
export { deduplicate } from "./split/deduplicate.js";
export { identifyImages } from "./split/identify-images.js";
export { patientGroups } from "./split/patient-groups.js";
export { type SplitByPatientOptions, splitByPatient } from "./split/split-by-patient.js";
