import type { CohortRow } from "@covidxr/dataset";

/** What is known of an image besides its finding; `null` where nothing is. */
export interface ImageFacts {
  /** Such as `"X-ray"` or `"CT"`. */
  readonly modality: string | null;
  /** Such as `"PA"`, `"AP"` or `"Axial"`. */
  readonly view: string | null;
  /** Such as `"M"` or `"F"`. */
  readonly sex: string | null;
  /** Years. */
  readonly age: number | null;
  /** Youngest and oldest of the patients that the source publishes, where it gives no single ages. */
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

/** A row of a cohort with what is known of its image. */
export interface AuditedRow extends CohortRow {
  readonly facts: ImageFacts;
}
