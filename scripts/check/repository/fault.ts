/** Rules that files may have a reason to break. */
export type ExcusableRule =
  | "computed-import"
  | "default-export"
  | "file-length"
  | "file-name"
  | "missing-test"
  | "unimported-peer";

export type Rule = ExcusableRule | "arrow" | "cycle" | "dependency" | "exception" | "export-all" | "spelling";

/** A place that breaks a rule. */
export interface Fault {
  readonly rule: Rule;
  /** Path from the root, with slashes. */
  readonly file: string;
  /** What in the file is meant, where it has a name of its own, such as that of a package. */
  readonly subject?: string;
  /** 1-based; undefined where the file as a whole is meant. */
  readonly line?: number | undefined;
  /** What was expected, what is there, what to do. */
  readonly message: string;
}

/** One line, which editors and terminals can follow to the place. */
export function formatFault({ rule, file, line, message }: Fault): string {
  return `${file}${line === undefined ? "" : `:${line}`}: ${message} [${rule}]`;
}
