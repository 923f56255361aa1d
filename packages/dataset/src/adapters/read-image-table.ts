import { dirname, extname, isAbsolute, posix, relative, resolve, sep } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, type OptionKinds, throwIfInterrupted } from "@covidxr/core/internal";
import { normalPatientId } from "../cohort/patient-id.js";
import { readForeignTable, sourceOfFolder } from "../files.js";
import { innerPath } from "../paths.js";
import { isBlankLike } from "../records/doubtful-labels.js";
import { NUMBER_COLUMNS, TEXT_COLUMNS } from "../records/parse-metadata.js";
import { blankRecord, type MetadataRecord } from "../records/record.js";
import { remarkDamage, remarkRepeated, requireSound, withLeftOut } from "../records/table-account.js";
import { decimalOf, invalidValue, requireColumn, type Table, type TableRow } from "../table.js";
import { distinctNames, type ForeignTable, TABLE_FORMAT, type TableFormat } from "../tables/foreign-table.js";
import {
  type Collection,
  countRows,
  createTally,
  requireSource,
  SOURCE,
  type SourceOptions,
  shorten,
  type Tally,
} from "./collection.js";
import { findColumns, USED_FIELDS } from "./find-columns.js";
import { gatherRecords } from "./gather-records.js";

/** Fields of a record that are numbers. */
type NumberField = keyof typeof NUMBER_COLUMNS;
/** Fields of a record that are texts. */
type TextField = keyof typeof TEXT_COLUMNS | "patientId" | "view" | "modality";

const NUMBER_FIELDS = Object.keys(NUMBER_COLUMNS) as NumberField[];
const TEXT_FIELDS = ["patientId", "view", "modality", ...Object.keys(TEXT_COLUMNS)] as TextField[];

/** Names of a table's columns, by the field of a record that they fill; case, spaces and underscores do not matter. */
export interface ImageTableColumns extends Readonly<Partial<Record<TextField | NumberField, string>>> {
  /** Column with the image's path, relative to `root` or absolute inside it, with `/` or `\`. */
  readonly path?: string;
  /** Column with the diagnosis or class. A blank cell means no diagnosis (`""`). */
  readonly finding?: string;
  /** Column with the split that the table gives; it becomes `otherColumns.split`. */
  readonly split?: string;
  /** Column with the hospital or dataset that an image comes from; it becomes `otherColumns.source`. */
  readonly source?: string;
}

/** Options of {@link readImageTable}. */
export interface ImageTableOptions extends SourceOptions, TableFormat {
  /** @defaultValue those not named are found by usual names, such as `image`, `label`, `patient_id` */
  readonly columns?: ImageTableColumns;
  /** Folder that the table's paths are relative to. @defaultValue the table's own */
  readonly root?: string;
  /** @defaultValue the table's path from the working directory, without extension; its whole path where it lies elsewhere */
  readonly source?: string;
  /**
   * `"join"`: an image in several rows with different findings has all of them, joined by `|`.
   *
   * @defaultValue such an image is refused
   */
  readonly severalFindings?: "join";
}

/** How {@link ImageTableOptions} are written. */
export const IMAGE_TABLE: OptionKinds<ImageTableOptions> = {
  ...{ ...SOURCE, ...TABLE_FORMAT, columns: "object?", root: "string?" },
  severalFindings: ["join", undefined],
};

/**
 * Reads images that a table lists, as people and spreadsheets write it: UTF-8, UTF-16 or Windows-1252, separated by commas,
 * semicolons, tabs or `|`; `table` says which. Columns are found by usual names, or named in `columns`. Columns that fill no
 * field go to `otherColumns`. `license`, `view` and `modality` of the options fill blank cells.
 *
 * What is used must be certain; what is not, refuses nothing. A row without a value, or with more or fewer fields than the
 * header, is left out and listed. A cell of a column of numbers that is none (`45-50`, `?`) is missing and listed in `remarks`.
 * An image in several rows has one record, and one for each further patient: `splitByPatient` keeps these together.
 *
 * Files are not accessed: {@link locateFiles} finds out which images exist.
 *
 * @returns Records in the order of the table.
 * @throws {FileError} `"missing"`, `"unreadable"`, or `"corrupt"` on something else than a table, such as an Excel workbook.
 * @throws {MetadataError} `"missing-column"`; `"duplicate-key"` where several columns may be meant, and on an image with
 * different findings; `"invalid-value"` on a blank path, one outside `root`, an address, or a damaged character in a cell that is
 * used; `"broken-row"` on an unclosed quote; `"empty"`.
 * @throws {InvalidArgumentError} (`columns`) on a field that records do not have; (`source`) when it is blank.
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
export async function readImageTable(csv: string, options: ImageTableOptions = {}): Promise<Collection> {
  checkArguments({ csv }, { csv: "string" });
  checkOptions(options, IMAGE_TABLE);
  const { columns: given = {}, encoding, delimiter, severalFindings, signal } = options;
  checkColumns(given);
  const source = requireSource(
    options.source ?? sourceOfFolder(csv.slice(0, csv.length - extname(csv).length)),
  );
  const root = resolve(options.root ?? dirname(csv));
  throwIfInterrupted(signal, "reading a table");
  const format = {
    ...(encoding !== undefined && { encoding }),
    ...(delimiter !== undefined && { delimiter }),
  };
  const table = await readForeignTable(csv, format);
  const tally = createTally();
  const read = recordReader(table, findColumns(table, { ...given }), tally, { ...options, source, root });
  const { records, further } = gatherRecords(table, table.rows.map(read), severalFindings === "join");
  remarkDamage(table, tally);
  remarkRepeated(records, tally);
  const reading = withLeftOut(table.reading, further);
  return {
    ...{ source, root, records, moved: [], leftOut: countRows(reading) },
    ...{ remarks: tally.list(), table: reading },
  };
}

/** Returns what makes a record of a row. */
function recordReader(
  table: ForeignTable,
  columns: Readonly<Record<string, string>>,
  tally: Tally,
  options: ImageTableOptions & { readonly source: string; readonly root: string },
): (row: TableRow) => MetadataRecord {
  const { license = null, view = "", modality = "", source, root } = options;
  const positions = new Map(
    Object.entries(columns).map(([field, column]) => [field, requireColumn(table, column)]),
  );
  const taken = new Set(positions.values());
  const names = distinctNames(table.header);
  const textFields = TEXT_FIELDS.filter((field) => positions.has(field));
  const numberFields = NUMBER_FIELDS.filter((field) => positions.has(field));
  return (row) => {
    const text = (field: string): string => {
      const position = positions.get(field) ?? -1;
      const cell = (row.values[position] ?? "").trim();
      if (USED_FIELDS.has(field)) requireSound(table, row, position);
      if (field === "finding" || cell === "" || !isBlankLike(cell)) return cell;
      tally.add(
        `cells that say nothing in column "${columns[field]}", read as unknown`,
        `${shorten(cell)} (line ${row.line})`,
      );
      return "";
    };
    const number = (field: NumberField): number | null => {
      const cell = text(field);
      if (cell === "") return null;
      const value = (field === "age" ? yearsOf(cell) : null) ?? decimalOf(cell);
      if (value !== undefined) return value;
      tally.add(
        `cells of column "${columns[field]}" that are no number, read as missing`,
        `${shorten(cell)} (line ${row.line})`,
      );
      return null;
    };
    const path = pathOf(table, row, positions.get("path")!, root);
    const texts: Partial<Record<string, string | null>> = Object.fromEntries(
      textFields.map((field) => [field, text(field) || null]),
    );
    const patient = normalPatientId(texts.patientId ?? "");
    const given = ["split", "source"].map((field) => [field, text(field)]).filter(([, cell]) => cell !== "");
    return blankRecord({
      ...Object.fromEntries(numberFields.map((field) => [field, number(field)])),
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
      otherColumns: { ...otherColumns(names, row, taken), ...Object.fromEntries(given) },
    });
  };
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
  const known: readonly string[] = ["path", "finding", "split", "source", ...TEXT_FIELDS, ...NUMBER_FIELDS];
  const wrong = Object.entries(columns).find(
    ([field, column]) => !known.includes(field) || typeof column !== "string",
  );
  if (wrong === undefined) return;
  throw new InvalidArgumentError({
    parameter: "columns",
    value: columns,
    message: `expected names of columns for any of ${known.join(", ")}, got ${wrong[0]}: ${JSON.stringify(wrong[1])}`,
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

function otherColumns(
  names: readonly string[],
  row: TableRow,
  taken: ReadonlySet<number>,
): Record<string, string> {
  const cells = names.map((name, position) => [name, row.values[position]!.trim()] as const);
  return Object.fromEntries(cells.filter(([, text], position) => !taken.has(position) && text !== ""));
}
