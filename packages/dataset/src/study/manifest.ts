import { MetadataError } from "@covidxr/core";
import type { MetadataFault } from "@covidxr/core/internal";
import type { PublishedFile } from "@covidxr/download";
import { pathProblem } from "@covidxr/download/internal";
import { readBytes } from "../files.js";
import { parseTable, requireColumn, type Table, type TableRow } from "../table.js";
import studyFilesTable from "./study-files.json";

/** A file of a study, as a manifest names it. */
export interface StudyFile extends PublishedFile {
  /** GitHub repository that publishes it, `owner/name`. */
  readonly repository: string;
  /** Commit at which it is published, 40 hexadecimal digits. */
  readonly commit: string;
  /** Path in that repository, with `/`. */
  readonly repositoryPath: string;
}

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
/** Names in the study folder that `fetchStudy` gives to files of licences. */
const LICENCES_NAME = /^LICENCES(-.*)?\.md$/i;
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
 * path that appears twice, whatever its case; `"invalid-value"` on a path outside the folder or the repository, one that
 * some file system cannot store (`con`, `a.`, `a?`), one inside another row's file, or one reserved for the download or
 * the licences (`LICENCES.md`, `LICENCES-….md`); on an invalid repository, commit, length or digest, or a row without a
 * digest.
 * @throws {FileError} `"corrupt"` when the bytes are not UTF-8.
 */
export function parseManifest(content: string | Uint8Array, path: string): StudyFile[] {
  const table = parseTable(content, path);
  const positions = new Map(COLUMNS.map((column) => [column, requireColumn(table, column)]));
  const rowOf = new Map<string, Row>();
  const rows = table.rows.map((row): Row => {
    const cells = cellsOf(table, row, positions);
    const file = toFile(cells);
    const key = keyOf(file.path);
    const earlier = rowOf.get(key);
    if (earlier !== undefined) {
      const message = `${JSON.stringify(file.path)} already appears on line ${earlier.line}; keep one of the two rows`;
      throw cells.fault("duplicate-key", "path", message);
    }
    const own = { file, key, line: row.line, cells };
    rowOf.set(key, own);
    return own;
  });
  for (const row of rows) checkFolders(row, rowOf);
  return rows.map(({ file }) => file);
}

/** A row of a manifest that is valid by itself. */
interface Row {
  readonly file: StudyFile;
  readonly key: string;
  readonly line: number;
  readonly cells: Cells;
}

/** A path as file systems compare it that ignore case and composition. */
function keyOf(path: string): string {
  return path.normalize("NFC").toLowerCase().normalize("NFC");
}

/** Refuses a path inside another row's file. */
function checkFolders({ file, key, cells }: Row, rowOf: ReadonlyMap<string, Row>): void {
  for (let end = key.indexOf("/"); end >= 0; end = key.indexOf("/", end + 1)) {
    const parent = rowOf.get(key.slice(0, end));
    if (parent === undefined) continue;
    const message =
      `expected a path beside other files, got ${JSON.stringify(file.path)}, inside the file ` +
      `${JSON.stringify(parent.file.path)} of line ${parent.line}; correct the manifest`;
    throw cells.fault("invalid-value", "path", message);
  }
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
    const got = text(column) === "" ? "a blank cell" : JSON.stringify(text(column));
    throw fault("invalid-value", column, `expected ${expected}, got ${got}; correct the manifest`);
  };
  const optional: Cells["optional"] = (column, pattern, expected) =>
    text(column) === "" ? undefined : required(column, pattern, `${expected} or a blank cell`).toLowerCase();
  return { text, optional, required, fault };
}

function toFile(cells: Cells): StudyFile {
  const repository = cells.required("repository", REPOSITORY, "owner/name of a repository");
  const commit = cells.required("commit", COMMIT, "40 hexadecimal digits").toLowerCase();
  const path = folderPath(cells);
  const repositoryPath = repositoryPathOf(cells);
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

/** A path in the study folder that every file system can store. */
function folderPath(cells: Cells): string {
  const path = cells.text("path");
  const fault =
    pathProblem(path) ?? (isLicencesPath(path) ? "has a name that is reserved for licences" : undefined);
  if (fault === undefined) return path;
  const message = `expected a path inside the study folder, got ${JSON.stringify(path)}, which ${fault}; correct the manifest`;
  throw cells.fault("invalid-value", "path", message);
}

/** Control characters, halves of characters, and what an address may take for a separator. */
const UNSAFE = /[\p{Cc}\p{Cs}\\:]/u;

/** A path that stays inside its commit in an address. */
function repositoryPathOf(cells: Cells): string {
  const path = cells.text("repository_path");
  const inside = path.split("/").every((part) => part !== "" && part !== "." && part !== "..");
  if (inside && !UNSAFE.test(path)) return path;
  const expected = `a path inside the repository, with "/" and without "..", got ${JSON.stringify(path)}`;
  throw cells.fault("invalid-value", "repository_path", `expected ${expected}; correct the manifest`);
}

/**
 * Reads a manifest: a CSV table of files, where they are published and what they hold.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} naming line and column, on an invalid manifest.
 */
export async function readManifest(path: string): Promise<StudyFile[]> {
  return parseManifest(await readBytes(path), path);
}

/**
 * The 303 files of the study: metadata and 195 radiographs of covid-chestxray-dataset at the commit that the study read,
 * its list, and the 106 distinct normals of its draw as its own repository publishes them. The length of five
 * radiographs is not known, only their git blob SHA-1.
 */
export function studyFiles(): StudyFile[] {
  return parseManifest(studyFilesTable.join("\n"), "the study's manifest");
}

/** Whether a path in the study folder, or the folder at its beginning, has a name that licences may take. */
export function isLicencesPath(path: string): boolean {
  return LICENCES_NAME.test(path.split("/")[0]!);
}
