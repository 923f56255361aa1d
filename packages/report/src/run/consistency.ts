import { FileError, MetadataError } from "@covidxr/core";
import { groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import type { RunRecord } from "./run-record.js";
import type { HistoryRow, TableLine } from "./tables.js";

/** A line of `predictions.csv` or `out-of-fold.csv`. */
export interface Scored {
  readonly filename: string;
  readonly label: 0 | 1;
  readonly probability: number;
  readonly path?: string | undefined;
  /** Of held-out predictions alone: folds do without the cohort's split. */
  readonly split?: string;
}

/** Names that a message spells out. */
const NAMED = 3;

/**
 * The rows of a cohort that are used, each one once in its split.
 *
 * @param file Path of `cohort.csv`.
 * @throws {FileError} `"corrupt"` on rows that are doubled: one image would count twice.
 */
export function usedRows(file: string, cohort: readonly CohortRow[]): CohortRow[] {
  const used = cohort.filter(({ status }) => status === "used");
  const doubled = doubledRows(used);
  if (doubled.length === 0) return used;
  throw corrupt(
    file,
    `expected each used image once in its split, got ${named(doubled, "doubled one")}; mark the later rows as duplicate`,
  );
}

/** Rows that repeat an earlier one's image in its split. */
export function doubledRows(rows: readonly CohortRow[]): CohortRow[] {
  const seen = new Set<string>();
  return rows.filter((row) => seen.size === seen.add(`${row.split ?? ""}\n${row.path}`).size);
}

/**
 * Finds the row of the cohort of each line, and asserts that they are the used rows, each exactly once, with its label
 * and, where the lines have one, its split. A line names its row by `path`, else by `filename`.
 *
 * @param file Path of the table.
 * @param used As {@link usedRows} gives them.
 * @returns The row of each line, in the lines' order.
 * @throws {MetadataError} on the first line that is doubled, or of another image, label or split.
 * @throws {FileError} `"corrupt"` when rows are missing.
 */
export function matchRows(
  file: string,
  lines: readonly TableLine<Scored>[],
  used: readonly CohortRow[],
): CohortRow[] {
  const byPath = groupBy(used, ({ path }) => path);
  const byName = groupBy(used, ({ filename }) => filename);
  const left = new Set(used);
  const rows = lines.map(({ line, row: { filename, path, label, split } }) => {
    const refuse = (
      column: "path" | "filename" | "split" | "label",
      reason: "invalid-value" | "duplicate-key",
      message: string,
    ): never => {
      throw new MetadataError({ path: file, line, reason, column, message });
    };
    const column = path === undefined ? "filename" : "path";
    const name = path ?? filename;
    const own = (path === undefined ? byName.get(filename) : byPath.get(path)) ?? [];
    if (own.length === 0) {
      const message = `expected a used image of cohort.csv, got "${name}"; both files must come from one run`;
      return refuse(column, "invalid-value", message);
    }
    if (path === undefined && new Set(own.map((row) => row.path)).size > 1) {
      const message = `expected a name that one used image has, got "${name}" of ${own.length}; add the column "path"`;
      return refuse(column, "invalid-value", message);
    }
    const inSplit = split === undefined ? own : own.filter((row) => (row.split ?? "") === split);
    if (inSplit.length === 0) {
      const splits = own.map((row) => `"${row.split ?? ""}"`).join(" or ");
      const message = `expected ${splits}, as cohort.csv has "${name}", got "${split}"; restore the run's own file`;
      return refuse("split", "invalid-value", message);
    }
    const [first] = inSplit as [CohortRow];
    if (first.label !== label) {
      const message = `expected ${first.label}, as cohort.csv has "${name}", got ${label}; restore the run's own file`;
      return refuse("label", "invalid-value", message);
    }
    const row = inSplit.find((each) => left.has(each));
    if (row === undefined) {
      const message = `expected each used image once, got "${name}" again; remove the line`;
      return refuse(column, "duplicate-key", message);
    }
    left.delete(row);
    return row;
  });
  if (left.size === 0) return rows;
  throw corrupt(
    file,
    `expected each of the ${plural(used.length, "used row")} of cohort.csv once, got ${lines.length}, without ` +
      `${named([...left], "row")}; restore the run's own file, or mark rows that take no part in cohort.csv`,
  );
}

/**
 * Asserts that a history has the epochs from 1 to its last one, as many as `run.json` says.
 *
 * @throws {FileError} `"corrupt"`.
 */
export function checkHistory(file: string, history: readonly HistoryRow[], { training }: RunRecord): void {
  const wrong = history.findIndex(({ epoch }, i) => epoch !== i + 1);
  if (wrong >= 0) {
    const got = `${history[wrong]!.epoch} in row ${wrong + 1}`;
    throw corrupt(file, `expected the epochs from 1 in their order, got ${got}; restore the run's own file`);
  }
  if (training === undefined || training.epochs === history.length) return;
  const expected = `expected ${plural(training.epochs, "epoch")}, as run.json says`;
  throw corrupt(file, `${expected}, got ${history.length}; restore the run's own file`);
}

/** One fold by its place: how it was drawn, in which pass, which one. */
export interface FoldPlace {
  readonly by: string;
  readonly seed: number;
  readonly fold: number;
}

/** A fold's place as a key. */
export const foldKey = ({ by, seed, fold }: FoldPlace): string => `${seed} ${fold} ${by}`;

/**
 * Asserts that the table of folds has each held-out fold once, and no other.
 *
 * @param file Path of `folds.csv`.
 * @param folds Its lines.
 * @param held Of every line of `out-of-fold.csv`.
 * @throws {MetadataError} on the first line that is doubled or of another fold.
 * @throws {FileError} `"corrupt"` when a fold is missing.
 */
export function checkFolds(
  file: string,
  folds: readonly TableLine<FoldPlace>[],
  held: readonly FoldPlace[],
): void {
  const left = new Map(held.map((place) => [foldKey(place), place]));
  const known = new Set(left.keys());
  for (const { line, row } of folds) {
    if (left.delete(foldKey(row))) continue;
    const again = known.has(foldKey(row));
    throw new MetadataError({
      ...{ path: file, line, reason: again ? "duplicate-key" : "invalid-value", column: "fold" },
      message: again
        ? `expected each fold once, got ${foldText(row)} again; remove the line`
        : `expected a fold of out-of-fold.csv, got ${foldText(row)}; both files must come from one run`,
    });
  }
  const [missing] = left.values();
  if (missing === undefined) return;
  throw corrupt(
    file,
    `expected each fold of out-of-fold.csv, got none for ${foldText(missing)}; restore the run's own file`,
  );
}

const foldText = ({ by, seed, fold }: FoldPlace): string => `fold ${fold} by ${by} of seed ${seed}`;

/** `3 rows: a.png, b.png, c.png`. */
function named(rows: readonly CohortRow[], what: string): string {
  const names = rows.slice(0, NAMED).map(({ path, split }) => (split === null ? path : `${path} (${split})`));
  const more = rows.length > NAMED ? `, and ${rows.length - NAMED} more` : "";
  return `${plural(rows.length, what)}: ${names.join(", ")}${more}`;
}

function corrupt(path: string, message: string): FileError {
  return new FileError({ path, reason: "corrupt", message });
}
