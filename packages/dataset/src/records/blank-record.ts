import type { MetadataRecord } from "./metadata-record.js";

/** What is known of every image: where it stands and what it shows. */
type KnownFields = Pick<MetadataRecord, "line" | "folder" | "filename" | "finding">;

/** A record of which only the given fields are known: all others are `null`, view and modality blank. */
export function blankRecord(known: KnownFields & Partial<MetadataRecord>): MetadataRecord {
  return {
    patientId: null,
    offset: null,
    sex: null,
    age: null,
    rtPcrPositive: null,
    survival: null,
    intubated: null,
    intubationPresent: null,
    wentIcu: null,
    inIcu: null,
    neededSupplementalO2: null,
    extubated: null,
    temperature: null,
    pO2Saturation: null,
    leukocyteCount: null,
    neutrophilCount: null,
    lymphocyteCount: null,
    view: "",
    modality: "",
    date: null,
    location: null,
    doi: null,
    url: null,
    license: null,
    clinicalNotes: null,
    otherNotes: null,
    otherColumns: {},
    ...known,
  };
}
