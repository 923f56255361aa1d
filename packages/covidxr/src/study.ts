// The steps of a study, and what runs them.
export { runReproduction } from "./commands/reproduce.js";
export type { Printer } from "./run/printer.js";
export type { Run } from "./run/run.js";
export type { Settings } from "./settings/declarations.js";
export { type Audit, auditCohort, checkLeakage } from "./study/audit.js";
export { crossValidateStudy } from "./study/folds.js";
export { type Cohort, loadCohort } from "./study/load-cohort.js";
export { buildNetwork } from "./study/network.js";
export { openStudy, type Source } from "./study/open-study.js";
export { probeShortcuts } from "./study/probes.js";
export { PUBLISHED_STUDY, type PublishedStudy, type StudyDefinition } from "./study/published.js";
export { reproduce, trainAndReport } from "./study/reproduce.js";
export { evaluateNetwork, finishRun, reportRun, saveNetwork } from "./study/results.js";
export { type CohortFeatures, extractCohort, trainNetwork } from "./study/training.js";
