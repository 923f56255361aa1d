import { MetadataError, type MetadataFault } from "@covidxr/core";
import { parseTable, requireColumn, type Table, type TableRow } from "../tables/parse-table.js";
import { LICENCES_FILE } from "./licences-text.js";
import type { StudyFile } from "./study-file.js";

/** Columns of a manifest. */
const COLUMNS = [
  "path",
  "repository",
  "commit",
  "repository_path",
  "bytes",
  "sha256",
  "git_blob_sha1",
] as const;

type Column = (typeof COLUMNS)[number];

const REPOSITORY = /^[a-z\d][a-z\d-]*\/(?!\.{1,2}$)[\w.-]+$/i;
const COMMIT = /^[\da-f]{40}$/i;
const BYTES = /^(0|[1-9]\d{0,14})$/;
const SHA256 = /^[\da-f]{64}$/i;
const SHA1 = /^[\da-f]{40}$/i;

/**
 * Turns the content of a manifest into files that can be fetched: a CSV table with the columns `path` (in the study
 * folder), `repository` (`owner/name` at GitHub), `commit`, `repository_path`, `bytes`, `sha256` and `git_blob_sha1`.
 * A digest, or the length, may be blank; one digest must be there, and all that are there are checked. The address is
 * `https://raw.githubusercontent.com/<repository>/<commit>/<repository_path>`.
 *
 * @param path Name of the manifest, for errors only.
 * @returns One file for each row, in their order.
 * @throws {MetadataError} naming line and column: `"missing-column"`; `"broken-row"`; `"empty"`; `"duplicate-key"` on a
 * path that stands twice, whatever its case; `"invalid-value"` on a path that is none inside the folder or the
 * repository, a repository, commit, length or digest that is none, or a row without a digest.
 * @throws {FileError} `"corrupt"` when the bytes are not UTF-8.
 */
export function parseManifest(content: string | Uint8Array, path: string): StudyFile[] {
  const table = parseTable(content, path);
  const positions = new Map(COLUMNS.map((column) => [column, requireColumn(table, column)]));
  const lineOf = new Map<string, number>();
  return table.rows.map((row) => {
    const cells = cellsOf(table, row, positions);
    const file = toFile(cells);
    const key = file.path.toLowerCase();
    if (key === LICENCES_FILE.toLowerCase()) {
      const message = `expected another name than "${file.path}", which the licences take; correct the manifest`;
      throw cells.fault("invalid-value", "path", message);
    }
    const earlier = lineOf.get(key);
    if (earlier !== undefined) {
      const message = `"${file.path}" stands on line ${earlier} already; keep one of the two rows`;
      throw cells.fault("duplicate-key", "path", message);
    }
    lineOf.set(key, row.line);
    return file;
  });
}

/** One row of a manifest. */
interface Cells {
  readonly text: (column: Column) => string;
  /** The cell where it matches, in lower case; undefined where it is blank. */
  readonly optional: (column: Column, pattern: RegExp, expected: string) => string | undefined;
  /** The cell, which must match. */
  readonly required: (column: Column, pattern: RegExp, expected: string) => string;
  readonly fault: (reason: MetadataFault, column: Column, message: string) => MetadataError;
}

function cellsOf(table: Table, row: TableRow, positions: ReadonlyMap<Column, number>): Cells {
  const text = (column: Column): string => row.values[positions.get(column)!]!;
  const fault = (reason: MetadataFault, column: Column, rest: string): MetadataError =>
    new MetadataError({
      path: table.path,
      line: row.line,
      reason,
      column,
      message: `column "${column}": ${rest}`,
    });
  const required = (column: Column, pattern: RegExp, expected: string): string => {
    if (pattern.test(text(column))) return text(column);
    const got = text(column) === "" ? "a blank cell" : `"${text(column)}"`;
    throw fault("invalid-value", column, `expected ${expected}, got ${got}; correct the manifest`);
  };
  const optional: Cells["optional"] = (column, pattern, expected) =>
    text(column) === "" ? undefined : required(column, pattern, `${expected} or a blank cell`).toLowerCase();
  return { text, optional, required, fault };
}

function toFile(cells: Cells): StudyFile {
  const repository = cells.required("repository", REPOSITORY, "owner/name of a repository");
  const commit = cells.required("commit", COMMIT, "40 hexadecimal digits").toLowerCase();
  const path = insidePath(cells, "path", "the study folder");
  const repositoryPath = insidePath(cells, "repository_path", "the repository");
  const bytes = cells.optional("bytes", BYTES, "a length in bytes");
  const sha256 = cells.optional("sha256", SHA256, "64 hexadecimal digits");
  const gitBlobSha1 = cells.optional("git_blob_sha1", SHA1, "40 hexadecimal digits");
  if (sha256 === undefined && gitBlobSha1 === undefined) {
    const message = "expected a digest here or in git_blob_sha1, got two blank cells; complete the row";
    throw cells.fault("invalid-value", "sha256", message);
  }
  const address = [repository, commit, ...repositoryPath.split("/").map(encodeURIComponent)].join("/");
  return {
    path,
    urls: [`https://raw.githubusercontent.com/${address}`],
    ...(bytes === undefined ? {} : { bytes: Number(bytes) }),
    digests: {
      ...(sha256 === undefined ? {} : { sha256 }),
      ...(gitBlobSha1 === undefined ? {} : { gitBlobSha1 }),
    },
    repository,
    commit,
    repositoryPath,
  };
}

/** Control characters, halves of characters, and what separates folders or names drives and streams on Windows. */
const UNSAFE = /[\p{Cc}\p{Cs}\\:]/u;

/** A path that stays inside its folder on every system, and inside its commit in an address. */
function insidePath(cells: Cells, column: Column, folder: string): string {
  const path = cells.text(column);
  const inside = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (inside && !UNSAFE.test(path)) return path;
  const expected = `a path inside ${folder}, with "/" and without "..", got ${JSON.stringify(path)}`;
  throw cells.fault("invalid-value", column, `expected ${expected}; correct the manifest`);
}
