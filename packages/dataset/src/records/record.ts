/**
 * One row of covid-chestxray-dataset's `metadata.csv`, or one image of another collection in the same terms.
 *
 * Text is trimmed. Blank cells, and cells of columns that the file does not have, are `null`. Tokens such as `"Y"` or
 * `"Unclear"` are kept as written.
 */
export interface MetadataRecord {
  /** 1-based line of the table on which the row begins; the image's position in its collection where there is no table. */
  readonly line: number;
  /** `null` where unknown. */
  readonly patientId: string | null;
  /** Days since the first symptoms or the admission; depending on the source. */
  readonly offset: number | null;
  /** `"M"` or `"F"`. */
  readonly sex: string | null;
  /** Years. */
  readonly age: number | null;
  /** Diagnosis, `""` when blank: flat (`"COVID-19, ARDS"`) until mid-2020, later a path (`"Pneumonia/Viral/COVID-19"`). */
  readonly finding: string;
  readonly rtPcrPositive: string | null;
  readonly survival: string | null;
  /** At any time of the illness, as are `wentIcu`, `neededSupplementalO2` and `extubated`. */
  readonly intubated: string | null;
  readonly intubationPresent: string | null;
  readonly wentIcu: string | null;
  readonly inIcu: string | null;
  readonly neededSupplementalO2: string | null;
  readonly extubated: string | null;
  /** Degrees Celsius at the time of the image. */
  readonly temperature: number | null;
  /** Percent. */
  readonly pO2Saturation: number | null;
  /** 10³/µL, as are the next two. */
  readonly leukocyteCount: number | null;
  readonly neutrophilCount: number | null;
  readonly lymphocyteCount: number | null;
  /** `"PA"`, `"AP"`, `"AP Supine"`, `"L"`, … or `""` when blank. */
  readonly view: string;
  /** `"X-ray"`, `"CT"` or `""` when blank. */
  readonly modality: string;
  readonly date: string | null;
  readonly location: string | null;
  /** Folder of the file inside the dataset, with `/`: `"images"` or `"volumes"` in `metadata.csv`. */
  readonly folder: string;
  /** Name of the file. Several records may be of one, in `metadata.csv` and tables. */
  readonly filename: string;
  readonly doi: string | null;
  readonly url: string | null;
  readonly license: string | null;
  readonly clinicalNotes: string | null;
  readonly otherNotes: string | null;
  /**
   * Cells of columns not named above, blank ones left out, by column name; a column without a name is `""`, and a second one of
   * a name is `Age (2)`.
   */
  readonly otherColumns: Readonly<Record<string, string>>;
}

/** What is known of every image: its file and its finding. */
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
