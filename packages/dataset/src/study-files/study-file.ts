import type { PublishedFile } from "@covidxr/download";

/** A file of a study, as a manifest names it. */
export interface StudyFile extends PublishedFile {
  /** GitHub repository that publishes it, `owner/name`. */
  readonly repository: string;
  /** Commit at which it is published, 40 hexadecimal digits. */
  readonly commit: string;
  /** Path in that repository, with `/`. */
  readonly repositoryPath: string;
}
