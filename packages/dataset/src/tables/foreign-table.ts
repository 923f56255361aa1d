import { InvalidArgumentError, MetadataError } from "@covidxr/core";
import { checkOptions, describeValue, type OptionKinds, plural } from "@covidxr/core/internal";
import { normalizeHeader, type Table } from "../table.js";
import { parseRelaxedRows, type TableRow } from "./csv-rows.js";
import { decodeText } from "./decode-text.js";

/** A row of a table that became no record. */
export interface LeftOutRow {
  /** 1-based line of the file on which the row begins. */
  readonly line: number;
  /** Why, such as `"rows of CT volumes (volumes/, .nii, .nii.gz)"`. */
  readonly reason: string;
  /** What the row names: a file, or the beginning of the row where that cannot be told. */
  readonly name: string;
}

/** How a table was read. Each row below its header is a record or is left out: `rows` is the sum of both. */
export interface TableReading {
  readonly path: string;
  /** Name of the encoding, such as `"utf-8"`, `"utf-16le"` or `"windows-1252"`. */
  readonly encoding: string;
  /** What separates columns, such as `","`, `";"` or a tab. */
  readonly delimiter: string;
  /** Rows below the header; empty lines are none. */
  readonly rows: number;
  /** Rows that became no record, in the order of the file. */
  readonly leftOut: readonly LeftOutRow[];
}

/** A table that somebody wrote: rows with as many fields as the header, and how it was read. */
export interface ForeignTable extends Table {
  readonly reading: TableReading;
  /** Characters that the table's encoding does not have; each stands as U+FFFD in a cell. */
  readonly damaged: number;
}

/** How to read a table that is not what it seems. */
export interface TableFormat {
  /**
   * Encoding by its name on the web, such as `"windows-1251"` or `"gb18030"`.
   *
   * @defaultValue detected: UTF-8, UTF-16 or Windows-1252
   */
  readonly encoding?: string;
  /** What separates columns; one character. @defaultValue detected: comma, semicolon, tab or `|` */
  readonly delimiter?: string;
}

/** How {@link TableFormat} is written. */
export const TABLE_FORMAT: OptionKinds<TableFormat> = { encoding: "string?", delimiter: "string?" };

/** Why a table's own form leaves rows out. */
const BROKEN = {
  blank: "rows without a value",
  short: "rows with fewer fields than the header (which ones lack cannot be told; complete them)",
  long: "rows with more fields than the header (put cells with a separator into quotes)",
} as const;

/**
 * Parses a table as people and spreadsheets write it: UTF-8, UTF-16 or Windows-1252; columns separated by commas,
 * semicolons, tabs or `|`; blank and repeated names of columns; quotes inside cells. A row without a value, with too few
 * fields, or with too many that are not blank, is left out and listed: its cells cannot be told from each other.
 *
 * @param path Name of the file, for errors only.
 * @throws {MetadataError} `"empty"` without a header, without rows, or where no row fits the header; `"broken-row"` on a
 * quote that is not closed, and where two delimiters fit.
 * @throws {FileError} `"corrupt"` on another format, such as an Excel workbook, or an encoding that must be named.
 * @throws {InvalidArgumentError} on an unknown encoding, or a delimiter that is not one character.
 */
export function parseForeignTable(
  content: string | Uint8Array,
  path: string,
  format: TableFormat = {},
): ForeignTable {
  if (typeof content !== "string" && !ArrayBuffer.isView(content)) {
    throw new InvalidArgumentError({
      parameter: "content",
      value: content,
      message: `expected the text or bytes of a table, got ${describeValue(content)}; read the file first`,
    });
  }
  checkOptions(format, TABLE_FORMAT, "format");
  const { text: all, encoding, damaged } = decodeText(content, path, format.encoding);
  // Excel writes the delimiter into a line before the header.
  const [hint, hinted] = /^sep=([^\r\n])(?:\r\n|\n|\r)/i.exec(all) ?? [];
  const text = hint === undefined ? all : hint.replaceAll(/[^\r\n]/g, "") + all.slice(hint.length);
  const delimiter = format.delimiter ?? hinted ?? detectDelimiter(text, path);
  checkDelimiter(delimiter);
  const [first, ...rows] = parseRelaxedRows(text, path, delimiter);
  const empty = (line: number, message: string) =>
    new MetadataError({ path, line, reason: "empty", message });
  if (first === undefined) throw empty(1, "expected a header, got an empty file");
  if (rows.length === 0) throw empty(first.line, "expected rows below the header, got none");
  const header = cutHeader(first.values, rows);
  const leftOut: LeftOutRow[] = [];
  const sound = rows.flatMap((row) => {
    const reason = faultOf(row, header.length);
    if (reason === undefined) return [{ line: row.line, values: row.values.slice(0, header.length) }];
    leftOut.push({ line: row.line, reason, name: row.values.find((cell) => cell.trim() !== "") ?? "" });
    return [];
  });
  if (sound.length === 0) {
    const [row] = rows;
    throw empty(
      row!.line,
      `expected rows of ${plural(header.length, "field")}, as the header has, got none: the first has ` +
        `${row!.values.length}; give each column a name, or name the delimiter`,
    );
  }
  const reading = { path, encoding, delimiter, rows: rows.length, leftOut };
  return { path, header, rows: sound, ...placesOf(header), reading, damaged };
}

/** The header without blank names at its end for which most rows have no field. */
function cutHeader(names: readonly string[], rows: readonly TableRow[]): readonly string[] {
  const named = names.findLastIndex((name) => name.trim() !== "") + 1;
  const wide = rows.filter(({ values }) => values.length > named).length;
  return wide * 2 < rows.length ? names.slice(0, named) : names;
}

function faultOf({ values }: TableRow, fields: number): string | undefined {
  if (values.every((cell) => cell.trim() === "")) return BROKEN.blank;
  if (values.length < fields) return BROKEN.short;
  return values.slice(fields).some((cell) => cell.trim() !== "") ? BROKEN.long : undefined;
}

/** Positions of columns by their names; blank names have none, and of a repeated one the first stands for all. */
function placesOf(header: readonly string[]): Pick<Table, "columns" | "repeated"> {
  const columns = new Map<string, number>();
  const repeated = new Map<string, number[]>();
  for (const [position, name] of header.entries()) {
    const key = normalizeHeader(name);
    const first = columns.get(key);
    if (first !== undefined) repeated.set(key, [...(repeated.get(key) ?? [first]), position]);
    else if (key !== "") columns.set(key, position);
  }
  return { columns, repeated };
}

/** Delimiters in the order in which they are tried. */
const DELIMITERS = [",", ";", "\t", "|"];

/** Rows that decide on the delimiter. */
const SAMPLE = 100;

/**
 * The delimiter that splits the header and most of the first rows into equally many fields. csv-parse can discover one, too,
 * but counts characters whether they are in quotes or not.
 */
function detectDelimiter(text: string, path: string): string {
  const sample = firstLines(text, SAMPLE);
  const fits = DELIMITERS.map((delimiter) => {
    const [header, ...rows] = sampleRows(sample, path, delimiter);
    const fields = header?.values.length ?? 0;
    const share = rows.filter(({ values }) => values.length === fields).length / Math.max(1, rows.length);
    return { delimiter, fields, share };
  }).filter(({ fields }) => fields > 1);
  const best = fits.reduce((most, { share }) => Math.max(most, share), 0);
  const [one, ...others] = fits.filter(({ share }) => share === best).sort((a, b) => b.fields - a.fields);
  if (one === undefined) return DELIMITERS[0]!;
  const [rival] = others.filter(({ fields }) => fields === one.fields);
  if (rival === undefined || best === 0) return one.delimiter;
  throw new MetadataError({
    path,
    line: 1,
    reason: "broken-row",
    message:
      `expected one delimiter, got ${JSON.stringify(one.delimiter)} and ${JSON.stringify(rival.delimiter)}, which both give ` +
      `${one.fields} columns; name it, such as delimiter: ${JSON.stringify(one.delimiter)}`,
  });
}

/** Rows of a sample; a last one that the sample cuts in the middle of a quoted cell is none. */
function sampleRows(sample: string, path: string, delimiter: string): TableRow[] {
  for (let text = sample; text !== ""; text = text.slice(0, Math.max(0, text.lastIndexOf("\n")))) {
    try {
      return parseRelaxedRows(text, path, delimiter);
    } catch (error) {
      if (!(error instanceof MetadataError)) throw error;
    }
  }
  return [];
}

function firstLines(text: string, count: number): string {
  const normal = text.replaceAll(/\r\n?/g, "\n");
  let end = 0;
  for (let line = 0; line < count && end >= 0; line++) end = normal.indexOf("\n", end + 1);
  return end < 0 ? normal : normal.slice(0, end);
}

function checkDelimiter(delimiter: string): void {
  if (delimiter.length === 1 && !/["\r\n]/.test(delimiter)) return;
  throw new InvalidArgumentError({
    parameter: "delimiter",
    value: delimiter,
    message: `expected one character, such as ";", got ${JSON.stringify(delimiter)}`,
  });
}

/** Names for a table's columns that are unlike each other: the second `Age` is `Age (2)`; one blank name stays. */
export function distinctNames(header: readonly string[]): string[] {
  const counts = new Map<string, number>();
  return header.map((name) => {
    const trimmed = name.trim();
    const count = (counts.get(trimmed) ?? 0) + 1;
    counts.set(trimmed, count);
    return count === 1 ? trimmed : `${trimmed} (${count})`.trim();
  });
}
