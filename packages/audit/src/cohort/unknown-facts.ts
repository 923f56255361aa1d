import type { ImageFacts } from "./audited-row.js";

/** Facts of an image of which nothing is known. */
export const UNKNOWN_FACTS: ImageFacts = {
  modality: null,
  view: null,
  sex: null,
  age: null,
  ageRange: null,
  date: null,
  location: null,
  temperature: null,
  pO2Saturation: null,
  leukocyteCount: null,
  neutrophilCount: null,
  lymphocyteCount: null,
};
