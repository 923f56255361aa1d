import { MetadataError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { readTable, requireColumn, type Table } from "@covidxr/dataset/internal";
import { stringify } from "csv-stringify/sync";
import { z } from "zod";
import { foldTraining } from "./result-records.js";
import type { DeepReadonly } from "./schemas.js";

/** A cell of a CSV table: text in the file, a value in memory; `decode` gives undefined for text that is none. */
function cell<T>(expected: string, decode: (text: string) => T | undefined, encode: (value: T) => string) {
  return z.codec(z.string(), z.custom<T>(), {
    decode(text, context) {
      const value = decode(text);
      if (value !== undefined) return value;
      context.issues.push({ code: "custom", input: text, message: `${expected}, got "${text}"` });
      return z.NEVER;
    },
    encode,
  });
}

function numberFrom(text: string): number | undefined {
  if (text.trim() === "" || text.trim() === "NaN") return Number.NaN;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const text = cell("text", (value) => value, String);
const binary = cell("0 or 1", (value) => ({ 0: 0 as const, 1: 1 as const })[value as "0" | "1"], String);
const flag = cell("true or false", (value) => ({ true: true, false: false })[value], String);
/** Blank where it is undefined. */
const metric = cell("a number", numberFrom, (value) => (Number.isNaN(value) ? "" : String(value)));
const seconds = cell("a number", numberFrom, (value) => (Number.isNaN(value) ? "" : value.toFixed(3)));
const duration = cell(
  "a number of 0 or more",
  (value) => {
    const number = numberFrom(value);
    return number !== undefined && number >= 0 ? number : undefined;
  },
  (value) => value.toFixed(3),
);
const probability = cell(
  "a number from 0 to 1",
  (value) => {
    const number = numberFrom(value);
    return number !== undefined && number >= 0 && number <= 1 ? number : undefined;
  },
  String,
);
const count = cell(
  "a whole number of 0 or more",
  (value) => {
    const number = numberFrom(value);
    return Number.isSafeInteger(number) && number! >= 0 ? number : undefined;
  },
  String,
);

/** `history.csv`. Another name of a column is its meta's `column`. */
export const historyRow = z.object({
  epoch: metric.meta({ description: "from 1" }),
  loss: metric.meta({
    description:
      "mean cross-entropy (nats) over the epoch's training images, with dropout and changing weights, as Keras counts it",
  }),
  accuracy: metric.meta({ description: "proportion of them that is right at 0.5, counted alike" }),
  validationLoss: metric.meta({
    column: "val_loss",
    description: "of the validation images after the epoch, without dropout; blank without any",
  }),
  validationAccuracy: metric.meta({ column: "val_accuracy", description: "likewise" }),
  seconds: seconds.optional().meta({ description: "wall time; may be missing" }),
});

/** One epoch of a training history; an undefined metric is NaN. */
export type HistoryRow = DeepReadonly<z.output<typeof historyRow>>;

const scored = {
  filename: text.meta({ description: "last part of the path" }),
  label: binary.meta({ description: "0 or 1" }),
  probability: probability.meta({ description: "of class 1, by the model with its final weights" }),
  predicted: text.optional().meta({
    description: "1 when the probability is above the run's threshold, else 0; not read",
  }),
  path: text.optional().meta({
    description:
      "identifies the row of `cohort.csv`; without this column `filename` does. A file in two splits has two rows",
  }),
};

/** `predictions.csv`. */
export const predictionRow = z.object({
  filename: scored.filename,
  split: text.meta({ description: "as in `cohort.csv`" }),
  label: scored.label,
  probability: scored.probability,
  predicted: scored.predicted,
  path: scored.path,
});

/** `out-of-fold.csv`. */
export const outOfFoldRow = z.object({
  filename: scored.filename,
  label: scored.label,
  by: text.meta({ description: "what was kept together: `patient`, or `row` for nothing" }),
  seed: count.meta({ description: "of the pass over all folds" }),
  fold: count.meta({ description: "fold that held the image out, from 1" }),
  probability: scored.probability,
  predicted: scored.predicted,
  path: scored.path,
});

/** `folds.csv`. */
export const foldRow = z.object({
  by: text.meta({ description: "as in `out-of-fold.csv`" }),
  seed: count.meta({ description: "likewise" }),
  fold: count.meta({ description: "likewise" }),
  trainingImages: count.meta({ description: foldTraining.shape.trainingImages.description! }),
  validationImages: count.meta({ description: foldTraining.shape.validationImages.description! }),
  epochs: count.meta({ description: foldTraining.shape.epochs.description! }),
  weightsOfEpoch: count.meta({ description: foldTraining.shape.weightsOfEpoch.description! }),
  stoppedEarly: flag.meta({ description: foldTraining.shape.stoppedEarly.description! }),
  seconds: duration.meta({ description: foldTraining.shape.seconds.description! }),
});

/** `cohort.csv`, which `writeCohort` and `readCohort` of `@covidxr/dataset` write and read; for the documentation. */
export const cohortColumns = z.object({
  filename: text.meta({ description: "last part of the path" }),
  patientId: text.meta({ description: "unique over all sources; blank when unknown" }),
  finding: text.meta({ description: "as its source names it" }),
  source: text.meta({ description: "dataset that the image comes from" }),
  label: binary.meta({ description: "0 or 1" }),
  split: text.meta({
    description: "name of the split; a cross-validation draws folds instead and ignores it",
  }),
  status: text.meta({
    description:
      "`used`, `missing`, `unreadable`, or `duplicate` (an earlier row of the split has the file or a copy of its image); `left-out` is a row of the source's table that is not in the cohort, and not read",
  }),
  license: text.optional().meta({
    description: "licence of the image as its source states it; blank when it does not",
  }),
  derivatives: text.optional().meta({
    description:
      "whether altered copies may be passed on, by `license`: `allowed`, `forbidden` or `unknown`; not read",
  }),
  path: text.optional().meta({
    description:
      "only where it does not follow from `source` and `filename`, as it does for the study's two sources; other tools should write it",
  }),
  modality: text.optional().meta({ description: "such as `X-ray`; only where a row states one" }),
  view: text.optional().meta({ description: "such as `PA`; only where a row states one" }),
  sex: text.optional().meta({ description: "such as `M`; only where a row states one" }),
  age: text.optional().meta({ description: "years; only where a row states one" }),
  date: text.optional().meta({ description: "as the source writes it; only where a row states one" }),
  location: text.optional().meta({ description: "where the image was taken; only where a row states one" }),
  temperature: text.optional().meta({ description: "degrees Celsius; only where a row states one" }),
  pO2Saturation: text.optional().meta({ description: "percent; only where a row states one" }),
  leukocyteCount: text.optional().meta({ description: "10³/µL; only where a row states one" }),
  neutrophilCount: text.optional().meta({ description: "10³/µL; only where a row states one" }),
  lymphocyteCount: text.optional().meta({ description: "10³/µL; only where a row states one" }),
  line: text.optional().meta({ description: "of the source's table, for a `left-out` row; not read" }),
  reason: text.optional().meta({ description: "why a `left-out` row is not in the cohort; not read" }),
});

/** A row of a table and its line in the file. */
export interface TableLine<Row> {
  readonly line: number;
  readonly row: Row;
}

/** Name of a field's column in the file. */
export function columnOf(key: string, field: z.ZodType): string {
  return (field.meta()?.column as string | undefined) ?? key;
}

/**
 * Reads a CSV table by its schema; columns are found by name; those of optional fields may be missing, and their cells blank.
 *
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} on a missing column or a wrong cell.
 */
export async function readRows<Schema extends z.ZodObject>(
  path: string,
  schema: Schema,
): Promise<TableLine<DeepReadonly<z.output<Schema>>>[]> {
  const table = await readTable(path);
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>).map(([key, field]) => {
    const column = columnOf(key, field);
    const optional = field instanceof z.ZodOptional && !table.columns.has(column.toLowerCase());
    return { key, field, column, position: optional ? undefined : requireColumn(table, column) };
  });
  return table.rows.map(({ line, values }) => {
    const row = Object.fromEntries(
      fields.flatMap(({ key, field, column, position }) => {
        if (position === undefined || (field instanceof z.ZodOptional && values[position] === "")) return [];
        const parsed = field.safeParse(values[position]);
        if (!parsed.success) throw wrongCell(table, line, column, parsed.error.issues[0]!.message);
        return [[key, parsed.data]];
      }),
    );
    return { line, row: row as DeepReadonly<z.output<Schema>> };
  });
}

/**
 * Writes a CSV table by its schema, whole or not at all; a field that is not given is a blank cell.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function writeRows<Schema extends z.ZodObject>(
  path: string,
  schema: Schema,
  rows: readonly DeepReadonly<z.output<Schema>>[],
): Promise<void> {
  const fields = Object.entries(schema.shape as Record<string, z.ZodType>);
  const lines = rows.map((row) =>
    fields.map(([key, field]) => field.encode((row as Record<string, unknown>)[key]) ?? ""),
  );
  const columns = fields.map(([key, field]) => columnOf(key, field));
  await writeFileAtomic(path, stringify(lines, { header: true, columns }));
}

function wrongCell({ path }: Table, line: number, column: string, rest: string): MetadataError {
  return new MetadataError({
    path,
    line,
    reason: "invalid-value",
    column,
    message: `column "${column}": expected ${rest}`,
  });
}
