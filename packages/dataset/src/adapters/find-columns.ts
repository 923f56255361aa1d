import { MetadataError } from "@covidxr/core";
import { findColumn, normalizeHeader, type Table } from "../table.js";

/** Names that tables give to columns, by the field that they fill. */
const NAMES = {
  path: [
    ...[
      "path",
      "image",
      "file",
      "filename",
      "file path",
      "image path",
      "image file",
      "image name",
      "image index",
    ],
    ...["img", "img path", "img name", "image id", "x-ray", "xray"],
  ],
  finding: [
    ...["finding", "findings", "finding labels", "label", "labels", "class", "class name", "diagnosis", "dx"],
    ...["disease", "category", "target"],
  ],
  patientId: [
    "patient id",
    "patient",
    "pid",
    "subject",
    "subject id",
    "patient number",
    "patient name",
    "case id",
  ],
  split: ["split", "subset", "partition", "data split"],
  source: ["source", "hospital", "site", "institution", "origin"],
  view: ["view", "view position", "projection"],
  modality: ["modality"],
  date: ["date", "study date", "acquisition date", "exam date"],
  age: ["age", "patient age", "age years", "age (years)"],
  sex: ["sex", "gender", "patient sex", "patient gender"],
  license: ["license", "licence"],
} as const;

/** Fields whose columns are found by name. */
type FoundField = keyof typeof NAMES;

/** Fields that decide on files, labels and splits: which column is meant must be certain. */
export const USED_FIELDS: ReadonlySet<string> = new Set(["path", "finding", "patientId", "split"]);

/**
 * Finds the columns of a table by usual names. Where several may be meant for a field that decides nothing, it has none.
 *
 * @param given Columns that are named, by field; they are not looked for, and not taken for another field.
 * @returns Names of columns by field, with those given.
 * @throws {MetadataError} `"missing-column"` without a column for path or finding; `"duplicate-key"` where several columns may
 * be meant.
 */
export function findColumns(
  table: Table,
  given: Readonly<Partial<Record<string, string>>>,
): Record<string, string> {
  const taken = new Set(Object.values(given).map((name) => normalizeHeader(name ?? "")));
  const found: Record<string, string> = {};
  for (const [field, names] of Object.entries(NAMES) as [FoundField, readonly string[]][]) {
    if (given[field] !== undefined) continue;
    const columns = names.map(normalizeHeader).filter((name) => table.columns.has(name) && !taken.has(name));
    const [first, second] = columns.map((name) => table.header[table.columns.get(name)!]!.trim());
    if (first === undefined) continue;
    if (USED_FIELDS.has(field)) {
      if (second !== undefined) throw ambiguous(table, field, columns);
      findColumn(table, first);
    } else if (second !== undefined || table.repeated?.has(columns[0]!)) continue;
    found[field] = first;
  }
  for (const field of ["path", "finding"] as const) {
    if (given[field] === undefined && found[field] === undefined) throw missing(table, field);
  }
  return { ...found, ...(given as Record<string, string>) };
}

const WORDS = { path: "the image's path", finding: "the diagnosis or class" } as const;

function missing(table: Table, field: "path" | "finding"): MetadataError {
  return new MetadataError({
    path: table.path,
    line: 1,
    reason: "missing-column",
    column: field,
    message:
      `expected a column with ${WORDS[field]}, got ${table.header.map((name) => JSON.stringify(name)).join(", ")}; ` +
      `name it: columns: { ${field}: "…" }`,
  });
}

function ambiguous(table: Table, field: string, columns: readonly string[]): MetadataError {
  const names = columns.map((name) => JSON.stringify(table.header[table.columns.get(name)!]!.trim()));
  return new MetadataError({
    path: table.path,
    line: 1,
    reason: "duplicate-key",
    column: table.header[table.columns.get(columns[1]!)!]!.trim(),
    message: `expected one column for ${field}, got ${names.join(" and ")}; name the one meant: columns: { ${field}: ${names[0]} }`,
  });
}
