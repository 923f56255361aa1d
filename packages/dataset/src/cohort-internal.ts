// For the packages of this repository only; not part of the public interface. No Node modules.

export { splitNames } from "./cohort/cohort-row.js";
export { normalPatientId, similarPatientIds } from "./cohort/patient-id.js";
export { joinPath } from "./paths.js";
export { recordFacts, UNKNOWN_FACTS } from "./records/facts.js";
export { balanceHoldOut, balanceParts, gatherGroups } from "./splits/balance-groups.js";
export { SPLIT, SPLIT_DEFAULTS } from "./splits/split-cohort.js";
