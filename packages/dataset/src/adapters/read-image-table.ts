import { dirname, extname, isAbsolute, posix, relative, resolve, sep } from "node:path";
import { InvalidArgumentError, MetadataError } from "@covidxr/core";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { normalPatientId } from "../cohort/patient-id.js";
import { readTable, sourceOfFolder } from "../files.js";
import { innerPath } from "../paths.js";
import { isBlankLike } from "../records/doubtful-labels.js";
import { NUMBER_COLUMNS, TEXT_COLUMNS } from "../records/parse-metadata.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import { invalidValue, parseNumber, requireColumn, type Table, type TableRow } from "../table.js";
import { type Collection, createTally, requireSource, SOURCE, type SourceOptions } from "./collection.js";

/** Fields of a record that are numbers. */
type NumberField = keyof typeof NUMBER_COLUMNS;
/** Fields of a record that are texts. */
type TextField = keyof typeof TEXT_COLUMNS | "patientId" | "view" | "modality";

const NUMBER_FIELDS = Object.keys(NUMBER_COLUMNS) as NumberField[];
const TEXT_FIELDS = ["patientId", "view", "modality", ...Object.keys(TEXT_COLUMNS)] as TextField[];

/** Names of a table's columns, by the field of a record that they fill; case, spaces and underscores do not matter. */
export interface ImageTableColumns extends Readonly<Partial<Record<TextField | NumberField, string>>> {
  /** Column with the image's path, relative to `root` or absolute inside it, with `/` or `\`. */
  readonly path: string;
  /** Column with the diagnosis or class. A blank cell means no diagnosis (`""`). */
  readonly finding: string;
}

/** Options of {@link readImageTable}. */
export interface ImageTableOptions extends SourceOptions {
  readonly columns: ImageTableColumns;
  /** Folder that the table's paths are relative to. @defaultValue the table's own */
  readonly root?: string;
  /** @defaultValue the table's path from the working directory, without extension; its whole path where it lies elsewhere */
  readonly source?: string;
}

/**
 * Reads images that a CSV table lists (RFC 4180, UTF-8, with a header), with column names of any kind. Columns that are
 * not named go to `otherColumns`. `license`, `view` and `modality` of the options fill blank cells.
 *
 * Files are not accessed: {@link locateFiles} finds out which images exist.
 *
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"` (the table).
 * @throws {MetadataError} `"missing-column"`; `"invalid-value"` on a blank path, one outside `root`, an address, or an
 * invalid number; `"duplicate-key"` on an image listed twice; `"broken-row"` or `"empty"`.
 * @throws {InvalidArgumentError} (`columns`) without columns for path and finding, or on a field that records do not
 * have; (`source`) when it is blank.
 * @throws {InterruptedError} when `signal` fires.
 *
 * @example
 * ```ts
 * import { readImageTable } from "@covidxr/dataset";
 *
 * // image,label,subject
 * // images/covid/c0-0.png,covid,c0
 * const { records } = await readImageTable("images.csv", {
 *   columns: { path: "image", finding: "label", patientId: "subject" },
 * });
 * console.log(records.length, records[0]?.finding, records[0]?.patientId); // 24 covid images:c0
 * ```
 */
export async function readImageTable(csv: string, options: ImageTableOptions): Promise<Collection> {
  checkArguments({ csv }, { csv: "string" });
  checkOptions(options, { ...SOURCE, columns: "object", root: "string?" });
  const { columns, license = null, view = "", modality = "", signal } = options;
  checkColumns(columns);
  const source = requireSource(
    options.source ?? sourceOfFolder(csv.slice(0, csv.length - extname(csv).length)),
  );
  const root = resolve(options.root ?? dirname(csv));
  throwIfInterrupted(signal, "reading a table");
  const table = await readTable(csv);
  const positions = new Map(
    Object.entries(columns).map(([field, column]) => [field, requireColumn(table, column)]),
  );
  const taken = new Set(positions.values());
  const lineOf = new Map<string, number>();
  const tally = createTally();
  const records = table.rows.map((row): MetadataRecord => {
    const text = (field: string): string => {
      const cell = (row.values[positions.get(field) ?? -1] ?? "").trim();
      if (field === "finding" || cell === "" || !isBlankLike(cell)) return cell;
      tally.add(
        `cells that say nothing in column "${columns[field as TextField]}", read as unknown`,
        `${cell} (line ${row.line})`,
      );
      return "";
    };
    const path = pathOf(table, row, positions.get("path")!, root);
    const earlier = lineOf.get(path);
    if (earlier !== undefined) {
      throw new MetadataError({
        path: csv,
        line: row.line,
        reason: "duplicate-key",
        column: columns.path,
        message: `${path} already appears on line ${earlier}; keep one of the two rows`,
      });
    }
    lineOf.set(path, row.line);
    const numbers = NUMBER_FIELDS.map((field) => {
      const cell = text(field);
      const years = field === "age" ? yearsOf(cell) : null;
      return [field, cell === "" ? null : (years ?? parseNumber(table, row, positions.get(field) ?? -1))];
    });
    const texts: Partial<Record<string, string | null>> = Object.fromEntries(
      TEXT_FIELDS.map((field) => [field, text(field) || null]),
    );
    const patient = normalPatientId(texts.patientId ?? "");
    return blankRecord({
      ...Object.fromEntries(numbers),
      ...texts,
      sex: sexOf(texts.sex ?? ""),
      line: row.line,
      patientId: patient === "" ? null : `${source}:${patient}`,
      finding: text("finding"),
      view: texts.view ?? view,
      modality: texts.modality ?? modality,
      license: texts.license ?? license,
      folder: posix.dirname(path),
      filename: posix.basename(path),
      otherColumns: otherColumns(table, row, taken),
    });
  });
  return { source, root, records, moved: [], leftOut: tally.list() };
}

const YEARS_IN = { d: 365.25, w: 365.25 / 7, m: 12, y: 1 } as const;

/** Years of an age with a unit (`018M`, `6 weeks`, `45 years`) or a decimal comma; null of anything else. */
function yearsOf(cell: string): number | null {
  const [, number, unit = "y"] =
    /^(\d+(?:[.,]\d+)?)\s*(d|days?|w|weeks?|m|months?|y|yrs?|years?)?$/i.exec(cell) ?? [];
  if (number === undefined) return null;
  const per = YEARS_IN[unit[0]!.toLowerCase() as keyof typeof YEARS_IN];
  return Number(number.replace(",", ".")) / per;
}

/** `M` or `F` where the cell says so in a word, else the cell as it is. */
function sexOf(cell: string): string | null {
  if (/^(m|male|man|boy)$/i.test(cell)) return "M";
  if (/^(f|female|woman|girl)$/i.test(cell)) return "F";
  return cell || null;
}

function checkColumns(columns: ImageTableColumns): void {
  const known: readonly string[] = ["path", "finding", ...TEXT_FIELDS, ...NUMBER_FIELDS];
  const named = Object.entries(columns ?? {});
  const wrong = named.find(([field, column]) => !known.includes(field) || typeof column !== "string");
  const absent = ["path", "finding"].find((field) => !named.some(([name]) => name === field));
  if (wrong === undefined && absent === undefined) return;
  const got = wrong === undefined ? `none for ${absent}` : `${wrong[0]}: ${JSON.stringify(wrong[1])}`;
  throw new InvalidArgumentError({
    parameter: "columns",
    value: columns,
    message: `expected names of columns for path, finding and any of ${known.slice(2).join(", ")}, got ${got}`,
  });
}

const ADDRESS_OR_DRIVE = /^([a-z][a-z0-9+.-]*:\/\/|[a-z]:)/i;

/** Path of a row's image relative to `root`, with `/`. */
function pathOf(table: Table, row: TableRow, position: number, root: string): string {
  const cell = row.values[position]!.trim();
  if (cell === "")
    throw invalidValue(table, row, position, "a path, got a blank cell; complete or remove the row");
  // Tables are written on Windows and read elsewhere.
  const path = cell.replaceAll("\\", "/");
  const inside = isAbsolute(path) ? relative(root, path).split(sep).join("/") : path;
  const inner = ADDRESS_OR_DRIVE.test(inside) ? null : innerPath(inside);
  if (inner === null) {
    throw invalidValue(
      table,
      row,
      position,
      `a file inside ${root}, got "${cell}"; correct it, or give its root`,
    );
  }
  return inner;
}

function otherColumns(table: Table, row: TableRow, taken: ReadonlySet<number>): Record<string, string> {
  const cells = table.header.map((name, position) => [name.trim(), row.values[position]!.trim()] as const);
  return Object.fromEntries(cells.filter(([, text], position) => !taken.has(position) && text !== ""));
}
