import { EmptySelectionError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import type { Collection } from "../adapters/collection.js";
import { requireSource } from "../adapters/collection.js";
import { baseName, innerPath, joinPath } from "../paths.js";
import { type ImageFacts, recordFacts } from "../records/facts.js";
import { countLabels, type Label, type LabelCounts, type LabelledRecord } from "../records/labels.js";
import type { MetadataRecord } from "../records/record.js";
import { normalPatientId } from "./patient-id.js";

/** Status of a row; only `used` rows reach a model. */
export const STATUSES = ["used", "missing", "unreadable", "duplicate"] as const;

/**
 * - `used`: its image is used.
 * - `missing`: its file does not exist.
 * - `unreadable`: its file cannot be read or decoded.
 * - `duplicate`: an earlier row of the same split uses its file, or a copy of its image.
 */
export type Status = (typeof STATUSES)[number];

/** One row of a study's cohort. */
export interface CohortRow {
  /** Path relative to the study folder, with `/`. */
  readonly path: string;
  /** Last part of `path`. */
  readonly filename: string;
  /** Patient, unique over all sources; `null` when unknown. */
  readonly patientId: string | null;
  /** Finding as its source names it. */
  readonly finding: string;
  /** Licence of the image as its source states it; `null` when it does not. See `derivativesUnder`. */
  readonly license: string | null;
  /** Dataset the image comes from. */
  readonly source: string;
  readonly label: Label;
  /** Name of its split, such as `"train"`; `null` until the cohort is split. */
  readonly split: string | null;
  readonly status: Status;
  /** What the source states about the image besides its finding. @defaultValue nothing known */
  readonly facts?: ImageFacts;
}

/** Key of a row's patient for splits that keep patients together; without a known patient, the key of its file. */
export function patientKey(row: Pick<CohortRow, "patientId" | "path">): string {
  checkArguments({ row }, { row: "object" });
  const { patientId, path } = row;
  if (patientId === null) return `file:${path}`;
  checkArguments({ patientId }, { patientId: "string" });
  return `patient:${normalPatientId(patientId)}`;
}

/**
 * Marks rows as unreadable, such as those of images that cannot be decoded.
 *
 * @param paths Paths as the rows have them.
 * @throws {InvalidArgumentError} on a path that no row has.
 */
export function markUnreadable(rows: readonly CohortRow[], paths: Iterable<string>): CohortRow[] {
  checkArguments({ rows }, { rows: "objects" });
  if (typeof paths === "string" || typeof paths?.[Symbol.iterator] !== "function") {
    throw new InvalidArgumentError({
      parameter: "paths",
      value: paths,
      message: `expected paths, as an array or set, got ${describeValue(paths)}`,
    });
  }
  const unreadable = new Set(paths);
  const known = new Set(rows.map(({ path }) => path));
  for (const path of unreadable) {
    if (!known.has(path)) {
      throw new InvalidArgumentError({
        parameter: "paths",
        value: path,
        message: `expected paths of the cohort, got "${path}"; give paths relative to the study folder`,
      });
    }
  }
  return rows.map((row) => (unreadable.has(row.path) ? { ...row, status: "unreadable" } : row));
}

/** Counts of one split. */
export interface SplitSummary {
  readonly split: string;
  /** Rows of the split. */
  readonly rows: number;
  /** Distinct files among them, whether they exist or not. */
  readonly files: number;
  /** Rows by status; they sum to `rows`. */
  readonly statuses: Readonly<Record<Status, number>>;
  /** Used rows by class. */
  readonly used: LabelCounts;
}

/** Usual names of splits, in the order of their use; the last two are held out by name in some studies. */
const USUAL_ORDER: readonly string[] = ["train", "validation", "test", "predict"];

/** Names of the splits that rows are in: usual ones in the order of their use, then others in the order of their rows. */
export function splitNames(rows: readonly Pick<CohortRow, "split">[]): string[] {
  checkArguments({ rows }, { rows: "objects" });
  const found = new Set(rows.flatMap(({ split }) => split ?? []));
  return [...new Set([...USUAL_ORDER, ...found])].filter((name) => found.has(name));
}

/**
 * Counts rows, files, statuses and classes of each split; rows without a split are not counted.
 *
 * @param splits Names of the splits, in the order of the result. @defaultValue those that rows are in
 */
export function summarizeSplits(
  rows: readonly CohortRow[],
  splits: readonly string[] = splitNames(rows),
): SplitSummary[] {
  checkArguments({ rows, splits }, { rows: "objects", splits: "strings" });
  return splits.map((split) => {
    const own = rows.filter((row) => row.split === split);
    const statuses = Object.fromEntries(
      STATUSES.map((status) => [status, own.filter((row) => row.status === status).length]),
    ) as Record<Status, number>;
    return {
      split,
      rows: own.length,
      files: new Set(own.map(({ path }) => path)).size,
      statuses,
      used: countLabels(own.filter(({ status }) => status === "used")),
    };
  });
}

/**
 * Refuses a cohort that no model can be trained and tested on: a split without a used row, or a training set without a
 * used row of each class.
 *
 * @param splits Names of the splits that must be usable; the first one trains. @defaultValue those that rows are in
 * @throws {EmptySelectionError} with `selection` such as `"split train"` and the split's counts in its message.
 */
export function assertUsable(rows: readonly CohortRow[], splits: readonly string[] = splitNames(rows)): void {
  for (const summary of summarizeSplits(rows, splits)) {
    const { positive, negative } = summary.used;
    if (positive + negative === 0) throw unusable(summary, "images");
    if (summary.split !== splits[0]) continue;
    if (positive === 0) throw unusable(summary, "positive images");
    if (negative === 0) throw unusable(summary, "negative images");
  }
}

function unusable(summary: SplitSummary, wanted: string): EmptySelectionError {
  const { missing, unreadable, used } = summary.statuses;
  return new EmptySelectionError({
    selection: `split ${summary.split}`,
    message:
      `expected ${wanted}, got none (${summary.rows} rows listed, ${missing} missing, ${unreadable} unreadable, ` +
      `${used} used); check the study folder`,
  });
}

/** Options of {@link cohortFromRecords}. */
export interface CohortFromRecordsOptions {
  /** Name of the dataset ({@link Collection.source}). */
  readonly source: string;
  /**
   * The collection's folder relative to the study folder, with `/`, such as `"covid-chestxray-dataset"`.
   *
   * @defaultValue `""`: the collection's own folder is the study folder
   */
  readonly under?: string;
}

/**
 * Turns labelled records of any collection into a cohort, one row for each record in its order: not yet split, all
 * files presumed to exist. The steps around it are the same for every adapter:
 *
 * ```ts
 * const collection = await readClassFolders("images");              // or any other adapter
 * const labelled = groupFindings(collection.records, { positive: ["covid"] });
 * const rows = cohortFromRecords(labelled, collection);
 * const located = await locateFiles(rows, collection.root);         // missing files are marked, never dropped
 * const cohort = splitByPatient(located, { seed: 1 });              // of @covidxr/audit
 * ```
 *
 * To combine collections, give each its folder within one study folder (`under`) and concatenate their rows.
 *
 * @throws {InvalidArgumentError} (`source`) when it is blank; (`under`) when it is absolute or leaves the study folder;
 * (`labelled`) when a record's file does.
 */
export function cohortFromRecords(
  labelled: readonly LabelledRecord[],
  options: CohortFromRecordsOptions,
): CohortRow[] {
  checkArguments({ labelled }, { labelled: "objects" });
  // A collection names its source: it may stand here as it is.
  checkOptions<CohortFromRecordsOptions & Partial<Collection>>(options, {
    ...{ source: "string", under: "string?" },
    ...{ root: "string?", records: "objects?", moved: "objects?", leftOut: "objects?" },
    ...{ remarks: "objects?", table: "object?" },
  });
  const source = requireSource(options.source);
  const under = checkFolder(options.under ?? "");
  return labelled.map(({ record, label }) => {
    const inner = innerPath(record.folder, record.filename);
    if (inner === null) {
      const named = `${record.folder}/${record.filename}`;
      throw new InvalidArgumentError({
        parameter: "labelled",
        value: named,
        message: `expected files inside the collection, got "${named}" (line ${record.line}); correct the record`,
      });
    }
    const path = joinPath(under, inner);
    return {
      path,
      filename: baseName(path),
      patientId: record.patientId,
      finding: record.finding,
      license: record.license,
      source,
      label,
      split: null,
      status: "used",
      ...knownFacts(record),
    };
  });
}

function knownFacts(record: MetadataRecord): Pick<CohortRow, "facts"> {
  const facts = recordFacts(record);
  return Object.values(facts).some((fact) => fact !== null) ? { facts } : {};
}

function checkFolder(under: string): string {
  const folder = under.replace(/\/+$/, "");
  const isHere = under === "" || under === "." || under === "./";
  if (isHere || (!under.startsWith("/") && innerPath(folder) !== null)) return folder;
  throw new InvalidArgumentError({
    parameter: "under",
    value: under,
    message: `expected a folder relative to the study folder, got "${under}"; leave the part before it out`,
  });
}
