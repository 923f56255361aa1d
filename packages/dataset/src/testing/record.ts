import { blankRecord } from "../records/blank-record.js";
import type { MetadataRecord } from "../records/metadata-record.js";

/** A posteroanterior radiograph with a made-up name, for tests. */
export function record(change: Partial<MetadataRecord> = {}): MetadataRecord {
  return blankRecord({
    ...{ line: 2, patientId: "1", finding: "COVID-19", view: "PA", modality: "X-ray" },
    ...{ folder: "images", filename: "a.png" },
    ...change,
  });
}
