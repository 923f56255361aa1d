/** The files of a repository, as the rules look at them. */
export interface Repository {
  /** Paths from the root, with slashes, in order. */
  readonly files: readonly string[];
  /** The text of one of them. */
  read(file: string): string;
}
