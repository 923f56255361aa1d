/** A block of TypeScript that a reader is shown. */
export interface Example {
  /** Path from the root, with slashes. */
  readonly file: string;
  /** Of the block's first line of code, 1-based. */
  readonly line: number;
  readonly code: string;
  /** Block without a language right below it: what it prints last. */
  readonly output: string | undefined;
  /** Name of the function whose docstring it stands in; undefined in a Markdown file. */
  readonly subject: string | undefined;
}
