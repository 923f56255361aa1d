import { MetadataError } from "@covidxr/core";
import { type Options, parse } from "csv-parse/sync";

/** A row of a CSV table. */
export interface TableRow {
  /** 1-based line of the file on which the row begins (a quoted field may run over several lines). */
  readonly line: number;
  /** One value for each column of the header, as written in the file. */
  readonly values: readonly string[];
}

/**
 * Parses CSV (RFC 4180, any line ending) into rows of any number of fields; empty lines are skipped.
 *
 * @param path Name of the file, for errors only.
 * @param delimiter One character.
 * @throws {MetadataError} `"broken-row"` with the line on which the row begins, on a misplaced or unclosed quote.
 */
export function parseRows(text: string, path: string, delimiter = ","): TableRow[] {
  return parseRecords(text, path, delimiter, false).map(({ line, values }) => ({ line, values }));
}

/**
 * As {@link parseRows}, but a quote inside a field (`5" film`, `"so called "normal""`) is a character as any other where the
 * row is one line. A row of several lines must be well formed: a quote that nobody closed would swallow the rows below.
 */
export function parseRelaxedRows(text: string, path: string, delimiter: string): TableRow[] {
  try {
    return parseRows(text, path, delimiter);
  } catch (error) {
    if (!(error instanceof MetadataError)) throw error;
  }
  return parseRecords(text, path, delimiter, true).map(({ line, values, raw }) => {
    const row = raw.replace(/^[\r\n]+|[\r\n]+$/g, "");
    if (/[\r\n]/.test(row)) checkQuotes(row, path, line, delimiter);
    return { line, values };
  });
}

function checkQuotes(row: string, path: string, line: number, delimiter: string): void {
  try {
    parse(row, { ...SETTINGS, delimiter });
  } catch (cause) {
    throw misplacedQuote(path, line, cause);
  }
}

const SETTINGS = {
  relax_column_count: true,
  skip_empty_lines: true,
  record_delimiter: ["\r\n", "\n", "\r"],
} satisfies Options;

function parseRecords(text: string, path: string, delimiter: string, relaxed: boolean) {
  // Lines are counted here: csv-parse counts a CRLF inside a quoted field twice.
  const bytes = new TextEncoder().encode(text);
  const lineAt = lineCounter(bytes);
  const rows: (TableRow & { readonly raw: string })[] = [];
  const decoder = new TextDecoder();
  let end = 0;
  try {
    parse(text, {
      ...SETTINGS,
      delimiter,
      relax_quotes: relaxed,
      on_record: (values: string[], { bytes_records }) => {
        const raw = relaxed ? decoder.decode(bytes.subarray(end, bytes_records)) : "";
        rows.push({ line: lineAt(end), values, raw });
        end = bytes_records;
        return null;
      },
    });
  } catch (cause) {
    throw misplacedQuote(path, lineAt(end), cause);
  }
  return rows;
}

function misplacedQuote(path: string, line: number, cause: unknown): MetadataError {
  return new MetadataError({
    path,
    line,
    reason: "broken-row",
    message: "expected well-formed CSV, got a misplaced or unclosed quote; repair the row that begins here",
    cause,
  });
}

const LF = 0x0a;
const CR = 0x0d;

/** Returns the line of the first character at or after a byte offset that is not a line break; offsets must not decrease. */
function lineCounter(bytes: Uint8Array): (offset: number) => number {
  let at = 0;
  let line = 1;
  const isBreak = (): boolean => bytes[at] === LF || bytes[at] === CR;
  const step = (): void => {
    if (isBreak() && !(bytes[at] === CR && bytes[at + 1] === LF)) line++;
    at++;
  };
  return (offset) => {
    while (at < offset) step();
    while (at < bytes.length && isBreak()) step();
    return line;
  };
}
