// The steps of a study, and what runs them.
export { runReproduction } from "./commands/reproduce.js";
export { auditCohort, checkLeakage } from "./study/audit.js";
export { loadCohort } from "./study/load-cohort.js";
export { buildNetwork } from "./study/network.js";
export { openStudy } from "./study/open-study.js";
export { probeShortcuts } from "./study/probes.js";
export type { PublishedStudy } from "./study/published.js";
export { evaluateNetwork, finishRun, reportRun, saveNetwork } from "./study/results.js";
export { extractCohort, trainNetwork } from "./study/training.js";
