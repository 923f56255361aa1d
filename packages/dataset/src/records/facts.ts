import type { MetadataRecord } from "./record.js";

/** What is known about an image besides its finding; `null` where unknown. */
export interface ImageFacts {
  /** Such as `"X-ray"` or `"CT"`. */
  readonly modality: string | null;
  /** Such as `"PA"`, `"AP"` or `"Axial"`. */
  readonly view: string | null;
  /** Such as `"M"` or `"F"`. */
  readonly sex: string | null;
  /** Years. */
  readonly age: number | null;
  /** Age range of the source's patients, where it publishes no individual ages. */
  readonly ageRange: readonly [youngest: number, oldest: number] | null;
  /** As the source writes it, such as `"January 22, 2020"` or `"2020"`. */
  readonly date: string | null;
  readonly location: string | null;
  /** Degrees Celsius. */
  readonly temperature: number | null;
  /** Percent. */
  readonly pO2Saturation: number | null;
  /** 10³/µL, as are the next two. */
  readonly leukocyteCount: number | null;
  readonly neutrophilCount: number | null;
  readonly lymphocyteCount: number | null;
}

/** Facts of an image about which nothing is known. */
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

/** Facts that a record states. */
export function recordFacts(record: MetadataRecord): ImageFacts {
  return {
    modality: record.modality || null,
    view: record.view || null,
    sex: record.sex,
    age: record.age,
    ageRange: null,
    date: record.date,
    location: record.location,
    temperature: record.temperature,
    pO2Saturation: record.pO2Saturation,
    leukocyteCount: record.leukocyteCount,
    neutrophilCount: record.neutrophilCount,
    lymphocyteCount: record.lymphocyteCount,
  };
}
