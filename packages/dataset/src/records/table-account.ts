import { shorten, type Tally } from "../adapters/collection.js";
import { normalPatientId } from "../cohort/patient-id.js";
import { invalidValue, type TableRow } from "../table.js";
import type { ForeignTable, LeftOutRow, TableReading } from "../tables/foreign-table.js";
import type { MetadataRecord } from "./record.js";

/** A reading with further rows that were left out. */
export function withLeftOut(reading: TableReading, more: readonly LeftOutRow[]): TableReading {
  const leftOut = [...reading.leftOut, ...more].sort((a, b) => a.line - b.line);
  return { ...reading, leftOut };
}

/** Remarks on characters that the table's encoding does not have. */
export function remarkDamage({ damaged, rows }: ForeignTable, tally: Tally): void {
  if (damaged === 0) return;
  for (const { line, values } of rows) {
    const cell = values.find((each) => each.includes("\uFFFD"));
    if (cell !== undefined) tally.add("rows with characters that are not UTF-8, read as �", `line ${line}`);
  }
}

/** Remarks on files that several records name, once for each file. */
export function remarkRepeated(records: readonly MetadataRecord[], tally: Tally): void {
  const byFile = new Map<string, MetadataRecord[]>();
  for (const record of records) {
    const file = `${record.folder}/${record.filename}`;
    const own = byFile.get(file);
    if (own === undefined) byFile.set(file, [record]);
    else own.push(record);
  }
  for (const [first, ...others] of byFile.values()) {
    if (others.length === 0) continue;
    const own = [first!, ...others];
    const patients = new Set(own.flatMap(({ patientId }) => patientId && normalPatientId(patientId)));
    const isJoined = patients.size > 1;
    tally.add(
      isJoined ? "files in several rows under several patients, who stay together" : "files in several rows",
      `${first!.filename} (lines ${own.map(({ line }) => line).join(", ")}` +
        `${isJoined ? `; patients ${[...patients].join(", ")}` : ""})`,
    );
  }
}

/** Asserts that a cell that is used has no damaged character: which file, class or patient it names would be a guess. */
export function requireSound(table: ForeignTable, row: TableRow, position: number): void {
  const cell = row.values[position] ?? "";
  if (!cell.includes("\uFFFD")) return;
  throw invalidValue(
    table,
    row,
    position,
    `text in ${table.reading.encoding}, got ${JSON.stringify(shorten(cell))}; save the table as UTF-8, or name its encoding`,
  );
}
