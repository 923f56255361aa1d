// For the packages of this repository only; not part of the public interface.

export { sortFindings } from "./findings.js";
export { fingerprintImage } from "./fingerprints/fingerprint-images.js";
export type { LungMasks } from "./probes/open-lung-masks.js";
