/** Which image something is, as far as that tells whether two splits know each other. A cohort's row is one. */
export interface ImageIdentity {
  /** Path or other name of the file; one file, one path. */
  readonly path: string;
  /** Patient, unique over all sources; `null` when unknown. */
  readonly patientId: string | null;
  /** Names what several files show, such as a digest of their pixels. @defaultValue unknown */
  readonly picture?: string;
}
