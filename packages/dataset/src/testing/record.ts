import type { MetadataRecord } from "../records/metadata-record.js";

/** A posteroanterior radiograph with a made-up name, for tests. */
export function record(change: Partial<MetadataRecord> = {}): MetadataRecord {
  return {
    line: 2,
    patientId: "1",
    offset: null,
    sex: null,
    age: null,
    finding: "COVID-19",
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
    view: "PA",
    modality: "X-ray",
    date: null,
    location: null,
    folder: "images",
    filename: "a.png",
    doi: null,
    url: null,
    license: null,
    clinicalNotes: null,
    otherNotes: null,
    otherColumns: {},
    ...change,
  };
}
