/** What holds for a whole dataset, for adapters that cannot know it. */
export interface SourceOptions {
  /**
   * Name of the dataset; no two of a study may share it. Patients are named `<source>:<patient>`, so that those of two
   * datasets stay apart.
   */
  readonly source?: string;
  /** Licence of all images. @defaultValue unknown */
  readonly license?: string;
  /** View of all images, such as `"PA"`. @defaultValue unknown */
  readonly view?: string;
  /** Modality of all images, such as `"X-ray"`. @defaultValue unknown */
  readonly modality?: string;
  readonly signal?: AbortSignal;
}
