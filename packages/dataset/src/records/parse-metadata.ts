import { MetadataError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import {
  invalidValue,
  normalizeHeader,
  parseNumber,
  parseTable,
  requireColumn,
  type Table,
  type TableRow,
} from "../table.js";
import type { MetadataRecord } from "./record.js";

/** Columns of `metadata.csv` for the optional fields of a record that hold text. */
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
  date: ["date"],
  location: ["location"],
  doi: ["doi"],
  url: ["url"],
  license: ["license"],
  clinicalNotes: ["clinical_notes"],
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

/** Columns without which a row cannot be selected, labelled or found on disk. */
const REQUIRED = {
  patientId: "patientid",
  finding: "finding",
  view: "view",
  modality: "modality",
  folder: "folder",
  filename: "filename",
} as const;

/**
 * Turns the content of a `metadata.csv` of covid-chestxray-dataset into typed records; see {@link readMetadata}.
 *
 * @param path Name of the file, for errors only.
 */
export function parseMetadata(content: string | Uint8Array, path: string): MetadataRecord[] {
  checkArguments({ path }, { path: "string" });
  const table = parseTable(content, path);
  const columns = locateColumns(table);
  const lineOf = new Map<string, number>();
  return table.rows.map((row) => {
    const record = toRecord(table, columns, row);
    const earlier = lineOf.get(record.filename);
    if (earlier !== undefined) {
      throw new MetadataError({
        path,
        line: row.line,
        reason: "duplicate-key",
        column: REQUIRED.filename,
        message: `file name "${record.filename}" already appears on line ${earlier}; keep one of the two rows`,
      });
    }
    lineOf.set(record.filename, row.line);
    return record;
  });
}

type Positions<Field extends string> = Record<Field, number>;

interface Columns {
  readonly required: Positions<keyof typeof REQUIRED>;
  readonly text: Positions<keyof typeof TEXT_COLUMNS>;
  readonly numbers: Positions<keyof typeof NUMBER_COLUMNS>;
  readonly other: readonly number[];
}

/** Position of every field's column; -1 for an optional column that the file does not have. */
function locateColumns(table: Table): Columns {
  const find = (names: readonly string[]): number => {
    const found = names.flatMap((name) => table.columns.get(normalizeHeader(name)) ?? []);
    if (found.length > 1) {
      throw new MetadataError({
        path: table.path,
        line: 1,
        reason: "duplicate-key",
        column: names[1]!,
        message: `columns ${names.map((name) => `"${name}"`).join(" and ")} have the same meaning; keep one`,
      });
    }
    return found[0] ?? -1;
  };
  const required = mapValues(REQUIRED, (name) => requireColumn(table, name));
  const text = mapValues(TEXT_COLUMNS, find);
  const numbers = mapValues(NUMBER_COLUMNS, find);
  const known = new Set([required, text, numbers].flatMap((positions) => Object.values<number>(positions)));
  const other = table.header.map((_, position) => position).filter((position) => !known.has(position));
  return { required, text, numbers, other };
}

function toRecord(table: Table, columns: Columns, row: TableRow): MetadataRecord {
  const cell = (position: number): string => (row.values[position] ?? "").trim();
  const required = mapValues(columns.required, cell);
  for (const field of ["patientId", "folder", "filename"] as const) {
    if (required[field] === "") {
      throw invalidValue(table, row, columns.required[field], "a value, got a blank cell; complete the row");
    }
  }
  return {
    line: row.line,
    ...required,
    ...mapValues(columns.text, (position) => cell(position) || null),
    ...mapValues(columns.numbers, (position) => parseNumber(table, row, position)),
    otherColumns: Object.fromEntries(
      columns.other
        .map((position) => [table.header[position]!.trim(), cell(position)])
        .filter(([, text]) => text),
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
