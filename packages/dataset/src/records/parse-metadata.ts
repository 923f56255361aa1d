import { checkArguments } from "@covidxr/core/internal";
import { createTally, type Remark, shorten, type Tally } from "../adapters/collection.js";
import { decimalOf, findColumn, normalizeHeader, requireColumn, type TableRow } from "../table.js";
import {
  distinctNames,
  type ForeignTable,
  type LeftOutRow,
  parseForeignTable,
  type TableReading,
} from "../tables/foreign-table.js";
import type { MetadataRecord } from "./record.js";
import { remarkDamage, remarkRepeated, requireSound, withLeftOut } from "./table-account.js";

/** Columns of `metadata.csv` for the optional fields of a record that hold text, with the names of earlier versions. */
export const TEXT_COLUMNS = {
  sex: ["sex"],
  rtPcrPositive: ["RT_PCR_positive"],
  survival: ["survival"],
  intubated: ["intubated"],
  intubationPresent: ["intubation_present"],
  wentIcu: ["went_icu"],
  inIcu: ["in_icu"],
  neededSupplementalO2: ["needed_supplemental_O2"],
  extubated: ["extubated"],
  date: ["date", "year"],
  location: ["location", "country"],
  doi: ["doi"],
  url: ["url"],
  license: ["license"],
  clinicalNotes: ["clinical_notes", "notes"],
  otherNotes: ["other_notes"],
} as const;

/** Columns of `metadata.csv` for the fields of a record that hold numbers. */
export const NUMBER_COLUMNS = {
  offset: ["offset"],
  age: ["age"],
  temperature: ["temperature"],
  pO2Saturation: ["pO2_saturation"],
  leukocyteCount: ["leukocyte_count", "wbc count"], // the dataset's SCHEMA.md keeps the older name
  neutrophilCount: ["neutrophil_count"],
  lymphocyteCount: ["lymphocyte_count"],
} as const;

/** Columns without which a row cannot be labelled or found on disk. */
const REQUIRED = { finding: "finding", filename: "filename" } as const;

/** Columns that came later, and what their rows have in a version that lacks them; every image lay in `images` then. */
const LATER = {
  patientId: { column: "patientid", otherwise: "" },
  view: { column: "view", otherwise: "" },
  modality: { column: "modality", otherwise: "" },
  folder: { column: "folder", otherwise: "images" },
} as const;

/** Records of a `metadata.csv`, and what was done to read them. */
export interface MetadataTable {
  readonly records: readonly MetadataRecord[];
  readonly table: TableReading;
  readonly remarks: readonly Remark[];
}

/**
 * Turns the content of a `metadata.csv` of covid-chestxray-dataset into typed records; see {@link readMetadata}.
 *
 * @param path Name of the file, for errors only.
 */
export function parseMetadata(content: string | Uint8Array, path: string): MetadataRecord[] {
  return [...parseMetadataTable(content, path).records];
}

/** As {@link parseMetadata}, with an account of the table: encoding, rows left out, cells that became missing. */
export function parseMetadataTable(content: string | Uint8Array, path: string): MetadataTable {
  checkArguments({ path }, { path: "string" });
  const table = parseForeignTable(content, path);
  const tally = createTally();
  const columns = locateColumns(table, tally);
  const leftOut: LeftOutRow[] = [];
  const records = table.rows.flatMap((row) => {
    if (row.values[columns.required.filename]!.trim() !== "") return [toRecord(table, columns, row, tally)];
    const name = row.values.find((cell) => cell.trim() !== "") ?? "";
    leftOut.push({ line: row.line, reason: "rows without a file name", name });
    return [];
  });
  remarkDamage(table, tally);
  remarkRepeated(records, tally);
  return { records, table: withLeftOut(table.reading, leftOut), remarks: tally.list() };
}

type Positions<Field extends string> = Record<Field, number>;

interface Columns {
  readonly required: Positions<keyof typeof REQUIRED>;
  readonly later: Positions<keyof typeof LATER>;
  readonly text: Positions<keyof typeof TEXT_COLUMNS>;
  readonly numbers: Positions<keyof typeof NUMBER_COLUMNS>;
  readonly other: readonly number[];
  /** Names of all columns, each another one. */
  readonly names: readonly string[];
}

/** Position of every field's column; -1 for an optional column that the file does not have. */
function locateColumns(table: ForeignTable, tally: Tally): Columns {
  // An optional field has the first of its names; a further one, or a second column of that name, is among the others.
  const find = (names: readonly string[]): number =>
    names.map((name) => table.columns.get(normalizeHeader(name))).find((place) => place !== undefined) ?? -1;
  const required = mapValues(REQUIRED, (name) => requireColumn(table, name));
  const later = mapValues(LATER, ({ column, otherwise }) => {
    const position = findColumn(table, column);
    if (position === undefined)
      tally.add(
        `columns that this version does not have`,
        otherwise === "" ? column : `${column} (${otherwise})`,
      );
    return position ?? -1;
  });
  const text = mapValues(TEXT_COLUMNS, find);
  const numbers = mapValues(NUMBER_COLUMNS, find);
  const known = new Set(
    [required, later, text, numbers].flatMap((positions) => Object.values<number>(positions)),
  );
  const other = table.header.map((_, position) => position).filter((position) => !known.has(position));
  return { required, later, text, numbers, other, names: distinctNames(table.header) };
}

function toRecord(table: ForeignTable, columns: Columns, row: TableRow, tally: Tally): MetadataRecord {
  const cell = (position: number): string => (row.values[position] ?? "").trim();
  const used = (position: number): string => {
    requireSound(table, row, position);
    return cell(position);
  };
  const later = mapValues(columns.later, used);
  if (columns.later.patientId >= 0 && later.patientId === "") {
    tally.add(
      "rows without a patient, who is unknown",
      `${cell(columns.required.filename)} (line ${row.line})`,
    );
  }
  const number = (position: number): number | null => {
    const text = cell(position);
    const value = text === "" ? null : decimalOf(text);
    if (value !== undefined) return value;
    const column = columns.names[position];
    tally.add(
      `cells of column "${column}" that are no number, read as missing`,
      `${shorten(text)} (line ${row.line})`,
    );
    return null;
  };
  return {
    line: row.line,
    patientId: later.patientId || null,
    finding: used(columns.required.finding),
    view: later.view,
    modality: later.modality,
    folder: later.folder || LATER.folder.otherwise,
    filename: used(columns.required.filename),
    ...mapValues(columns.text, (position) => cell(position) || null),
    ...mapValues(columns.numbers, number),
    otherColumns: Object.fromEntries(
      columns.other.map((position) => [columns.names[position]!, cell(position)]).filter(([, text]) => text),
    ),
  };
}

function mapValues<Field extends string, In, Out>(
  object: Readonly<Record<Field, In>>,
  change: (value: In) => Out,
): Record<Field, Out> {
  const entries = Object.entries<In>(object).map(([field, value]) => [field, change(value)]);
  return Object.fromEntries(entries) as Record<Field, Out>;
}
