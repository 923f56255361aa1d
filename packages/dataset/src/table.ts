import { FileError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { describeValue } from "@covidxr/core/internal";
import { parseRows, type TableRow } from "./tables/csv-rows.js";

export type { TableRow };

/** Order of two strings by Unicode code point, as Python and NumPy sort them (UTF-16 order differs above U+FFFF). */
export function compareCodePoints(a: string, b: string): number {
  const left = Array.from(a, (character) => character.codePointAt(0)!);
  const right = Array.from(b, (character) => character.codePointAt(0)!);
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    if (left[i] !== right[i]) return left[i]! - right[i]!;
  }
  return left.length - right.length;
}

/** A CSV table whose rows all have as many fields as its header. */
export interface Table {
  readonly path: string;
  /** Column names as written in the file. */
  readonly header: readonly string[];
  /** At least one row, in file order. */
  readonly rows: readonly TableRow[];
  /** Position of each column by its normalised name (lower case, without spaces and underscores). */
  readonly columns: ReadonlyMap<string, number>;
  /** Positions of the columns that share a name, by it. @defaultValue none */
  readonly repeated?: ReadonlyMap<string, readonly number[]>;
}

/** Column name without case, spaces and underscores: `" url"` is `url`, `"pO2 saturation"` is `pO2_saturation`. */
export function normalizeHeader(name: string): string {
  return name.toLowerCase().replaceAll(/[\s_]+/g, "");
}

/**
 * Parses a CSV table (RFC 4180, UTF-8, any line ending; empty lines are skipped).
 *
 * @param path Name of the file, for errors only.
 * @throws {MetadataError} `"empty"` without a header or without rows; `"broken-row"` on a row with more or fewer
 * fields than the header, or with a misplaced quote; `"duplicate-key"` on two columns of the same name.
 * @throws {FileError} `"corrupt"` when the bytes are not UTF-8.
 */
export function parseTable(content: string | Uint8Array, path: string): Table {
  if (typeof content !== "string" && !ArrayBuffer.isView(content)) {
    throw new InvalidArgumentError({
      parameter: "content",
      value: content,
      message: `expected the text or bytes of a table, got ${describeValue(content)}; read the file first`,
    });
  }
  const [first, ...rest] = parseRows(decode(content, path), path);
  if (first === undefined) {
    throw new MetadataError({
      path,
      line: 1,
      reason: "empty",
      message: "expected a header, got an empty file",
    });
  }
  const header = first.values;
  const columns = new Map<string, number>();
  for (const [position, name] of header.entries()) {
    const key = normalizeHeader(name);
    if (columns.has(key)) {
      throw new MetadataError({
        path,
        line: first.line,
        reason: "duplicate-key",
        column: name,
        message: `column "${name}" occurs twice (fields ${columns.get(key)! + 1} and ${position + 1}); rename one`,
      });
    }
    columns.set(key, position);
  }
  for (const row of rest) {
    if (row.values.length !== header.length) {
      throw new MetadataError({
        path,
        line: row.line,
        reason: "broken-row",
        message: `expected ${header.length} fields, got ${row.values.length}; ${separatorAdvice(header) ?? "repair the row or download the file again"}`,
      });
    }
  }
  if (rest.length === 0) {
    throw new MetadataError({
      path,
      line: first.line,
      reason: "empty",
      message: "expected rows below the header, got none",
    });
  }
  return { path, header, rows: rest, columns };
}

/**
 * Position of a column; undefined where the table has none of that name.
 *
 * @throws {MetadataError} `"duplicate-key"`, line 1, when columns share the name and differ in a row: the one meant is not known.
 */
export function findColumn({ path, rows, columns, repeated }: Table, column: string): number | undefined {
  const key = normalizeHeader(column);
  const [first, ...others] = repeated?.get(key) ?? [];
  const position = columns.get(key);
  if (first === undefined || position === undefined) return position;
  const differing = rows.find(({ values }) => others.some((other) => values[other] !== values[first]));
  if (differing === undefined) return position;
  throw new MetadataError({
    path,
    line: 1,
    reason: "duplicate-key",
    column,
    message:
      `expected one column "${column}", got fields ${[first, ...others].map((place) => place + 1).join(" and ")}, which differ ` +
      `on line ${differing.line}; rename one`,
  });
}

/**
 * Position of a required column.
 *
 * @throws {MetadataError} `"missing-column"` or `"duplicate-key"`, line 1.
 */
export function requireColumn(table: Table, column: string): number {
  const position = findColumn(table, column);
  if (position === undefined) {
    const advice = separatorAdvice(table.header);
    throw new MetadataError({
      path: table.path,
      line: 1,
      reason: "missing-column",
      column,
      message: [
        `expected a column "${column}", got ${table.header.map((name) => JSON.stringify(name)).join(", ")}`,
        ...(advice === undefined ? [] : [advice]),
      ].join("; "),
    });
  }
  return position;
}

/** Advice for a header that uses other separators, as spreadsheets write it in many countries. */
function separatorAdvice([first, ...others]: readonly string[]): string | undefined {
  if (first === undefined || others.length > 0) return undefined;
  const found = first.includes(";") ? "semicolons" : first.includes("\t") ? "tabs" : undefined;
  return found && `separate the columns by commas, not by ${found}`;
}

function decode(content: string | Uint8Array, path: string): string {
  if (typeof content === "string") return content.replace(/^\uFEFF/, "");
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(content);
  } catch (cause) {
    throw new FileError({
      path,
      reason: "corrupt",
      message: "expected UTF-8 text; save the table as UTF-8",
      cause,
    });
  }
}

/** Error for an invalid cell. @param at Column. @param rest What follows "expected". */
export function invalidValue(
  table: Pick<Table, "path" | "header">,
  row: Pick<TableRow, "line">,
  at: number | string,
  rest: string,
): MetadataError {
  const column = typeof at === "string" ? at : table.header[at]!.trim();
  return new MetadataError({
    path: table.path,
    line: row.line,
    reason: "invalid-value",
    column,
    message: `column "${column}": expected ${rest}`,
  });
}

const DECIMAL = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/** Number that a text is; undefined of anything else, such as `"45-50"` or `"1e3"`: nothing is guessed. */
export function decimalOf(text: string): number | undefined {
  return DECIMAL.test(text) ? Number(text) : undefined;
}

/**
 * Number in a cell; `null` when the cell is blank or the table does not have the column (position -1).
 *
 * @throws {MetadataError} `"invalid-value"` on anything else.
 */
export function parseNumber(table: Table, row: TableRow, position: number): number | null {
  const text = (row.values[position] ?? "").trim();
  if (text === "") return null;
  const value = decimalOf(text);
  if (value !== undefined) return value;
  throw invalidValue(table, row, position, `a number or a blank cell, got "${text}"; correct or blank it`);
}
