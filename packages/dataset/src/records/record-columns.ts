/** Columns of `metadata.csv` for the optional fields of a record that hold text. */
export const TEXT_COLUMNS = {
  sex: ["sex"],
  rtPcrPositive: ["RT_PCR_positive"],
  survival: ["survival"],
  intubated: ["intubated"],
  intubationPresent: ["intubation_present"],
  wentIcu: ["went_icu"],
  inIcu: ["in_icu"],
  neededSupplementalO2: ["needed_supplemental_O2"],
  extubated: ["extubated"],
  date: ["date"],
  location: ["location"],
  doi: ["doi"],
  url: ["url"],
  license: ["license"],
  clinicalNotes: ["clinical_notes"],
  otherNotes: ["other_notes"],
} as const;

/** Columns of `metadata.csv` for the fields of a record that hold numbers. */
export const NUMBER_COLUMNS = {
  offset: ["offset"],
  age: ["age"],
  temperature: ["temperature"],
  pO2Saturation: ["pO2_saturation"],
  leukocyteCount: ["leukocyte_count", "wbc count"], // the dataset's SCHEMA.md keeps the older name
  neutrophilCount: ["neutrophil_count"],
  lymphocyteCount: ["lymphocyte_count"],
} as const;
