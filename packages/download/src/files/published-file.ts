/** Digests of a file's content, lower-case hexadecimal; at least one. All that are given must agree. */
export interface Digests {
  readonly sha256?: string;
  /** SHA-1 of `blob <length>\0<content>`, by which git names a file's content. */
  readonly gitBlobSha1?: string;
  readonly md5?: string;
}

/** What a published file holds, known before it is fetched. */
export interface ExpectedContent {
  /** Length in bytes. @defaultValue unknown: the server says it, and the digests alone decide */
  readonly bytes?: number | undefined;
  readonly digests: Digests;
}

/** A file that is published at one or more addresses. */
export interface PublishedFile extends ExpectedContent {
  /** Where it goes, relative to the folder that is filled, with `/`; must stay inside it. */
  readonly path: string;
  /** http or https addresses of the same bytes, the preferred one first; at least one. */
  readonly urls: readonly string[];
}
