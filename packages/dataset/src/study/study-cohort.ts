import { EmptySelectionError, InvalidArgumentError, MetadataError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { checkArguments } from "@covidxr/core/internal";
import { stringify } from "csv-stringify/sync";
import { patientOfNormal } from "../adapters/read-chest-xray-pneumonia.js";
import { type CohortSteps, cohortFlow, type FlowStep } from "../cohort/cohort-flow.js";
import type { CohortRow } from "../cohort/cohort-row.js";
import { readTable } from "../files.js";
import { baseName, folderOf, innerPath, joinPath } from "../paths.js";
import { countLabels, type Label, type LabelledRecord } from "../records/labels.js";
import type { RandomState } from "../splits/random-state.js";
import { invalidValue, requireColumn, type Table, type TableRow } from "../table.js";
import { NORMALS_LICENSE, pathOfRecord, STUDY_LAYOUT, sourceOfPath } from "./constants.js";

/** A row of the study's list. */
export interface StudyListRow {
  /** 1-based line in the file. */
  readonly line: number;
  /** Path relative to the study folder, with `/`. */
  readonly path: string;
  readonly label: Label;
}

/** The study's list of images and labels. */
export interface StudyList {
  /** File that it was read from. */
  readonly path: string;
  readonly rows: readonly StudyListRow[];
}

/** The list is written as seen from the study's notebooks, one folder below the study folder. */
const STUDY_LIST_PREFIX = "../";

/**
 * Reads the study's `chestxrays.csv`: columns `filename` (path from the notebooks' folder, such as
 * `../chest_xray/train/NORMAL/x.jpeg`) and `covid-19` (0 or 1). A file may be listed more than once.
 *
 * @returns All rows in file order, at least one; see {@link cohortFromList}.
 * @throws {FileError} `"missing"`, `"unreadable"` or `"corrupt"`.
 * @throws {MetadataError} `"missing-column"`, `"broken-row"`, `"empty"`, or `"invalid-value"` on another label, a
 * blank name, or a path that leaves the study folder.
 */
export async function readStudyList(path: string): Promise<StudyList> {
  checkArguments({ path }, { path: "string" });
  const table = await readTable(path);
  const filename = requireColumn(table, "filename");
  const covid = requireColumn(table, "covid-19");
  const rows = table.rows.map((row): StudyListRow => {
    const { line, values } = row;
    const label = values[covid]!.trim();
    if (label !== "0" && label !== "1") {
      throw invalidValue(table, row, "covid-19", `0 or 1, got "${label}"; correct the label`);
    }
    return { line, path: relativeToStudy(table, row, values[filename]!), label: label === "1" ? 1 : 0 };
  });
  return { path, rows };
}

function relativeToStudy(table: Table, row: TableRow, name: string): string {
  const path = innerPath(name.startsWith(STUDY_LIST_PREFIX) ? name.slice(STUDY_LIST_PREFIX.length) : name);
  if (path !== null) return path;
  throw invalidValue(
    table,
    row,
    "filename",
    `a path inside the study folder, got "${name}"; correct the path`,
  );
}

/**
 * Writes rows as the study's `chestxrays.csv`, whole or not at all: `filename` (path from the notebooks' folder) and
 * `covid-19`, in the rows' order.
 *
 * @throws {FileError} `"unwritable"`.
 */
export async function writeStudyList(
  path: string,
  rows: readonly Pick<CohortRow, "path" | "label">[],
): Promise<void> {
  checkArguments({ path, rows }, { path: "string", rows: "objects" });
  const lines = rows.map((row) => [STUDY_LIST_PREFIX + row.path, row.label]);
  await writeFileAtomic(path, stringify([["filename", "covid-19"], ...lines]));
}

type KnownFields = Pick<CohortRow, "patientId" | "finding" | "license" | "label">;

function newRow(path: string, known: KnownFields): CohortRow {
  return {
    path,
    filename: baseName(path),
    source: sourceOfPath(path),
    split: null,
    status: "used",
    ...known,
  };
}

/** Row of a labelled radiograph of covid-chestxray-dataset; not yet split, presumed there. */
export function radiographRow({ record, label }: LabelledRecord): CohortRow {
  const { patientId, finding, license } = record;
  return newRow(pathOfRecord(record), { patientId, finding, license, label });
}

/** Row of a normal of chest-xray-pneumonia: label 0, finding `NORMAL` as its folder says. */
export function normalRow(filename: string): CohortRow {
  return newRow(joinPath(STUDY_LAYOUT.normals, filename), {
    patientId: patientOfNormal(filename),
    finding: "NORMAL",
    license: NORMALS_LICENSE,
    label: 0,
  });
}

/**
 * Joins the study's list back to the metadata: every row gets its patient and finding, and list and metadata must
 * agree.
 *
 * @param list The study's list ({@link readStudyList}).
 * @param labelled The radiographs that the study selects, with their classes (`groupFindings`).
 * @returns One row for each row of the list, in its order.
 * @throws {MetadataError} naming file and line of the list: `"invalid-value"` when a radiograph is not among
 * `labelled`, has another label there, a normal is positive, a path belongs to neither source, or a radiograph of
 * `labelled` is not listed (line of the last row); `"duplicate-key"` when a radiograph is listed twice.
 */
export function cohortFromList(list: StudyList, labelled: readonly LabelledRecord[]): CohortRow[] {
  checkArguments({ list, labelled }, { list: "object", labelled: "objects" });
  checkArguments({ "list.rows": list.rows }, { "list.rows": "objects" });
  const radiographs = new Map(labelled.map((item) => [radiographRow(item).path, item]));
  const lineOf = new Map<string, number>();
  const rows = list.rows.map((row) => {
    if (folderOf(row.path) === STUDY_LAYOUT.normals) return listedNormal(list, row);
    const item = radiographs.get(row.path);
    if (item === undefined) throw disagreement(list, row, "filename", unknownPath(row.path));
    if (item.label !== row.label) {
      const where = `"${item.record.finding}" on line ${item.record.line} of the metadata`;
      const expected = `expected label ${item.label} for ${where}, got ${row.label}`;
      throw disagreement(list, row, "covid-19", `${expected}; correct the list or the groups`);
    }
    const earlier = lineOf.get(row.path);
    if (earlier !== undefined) {
      throw new MetadataError({
        path: list.path,
        line: row.line,
        reason: "duplicate-key",
        column: "filename",
        message: `${row.path} is listed on line ${earlier} already; keep one of the two rows`,
      });
    }
    lineOf.set(row.path, row.line);
    return radiographRow(item);
  });
  for (const [path, { record }] of radiographs) {
    if (!lineOf.has(path)) {
      const last = list.rows.at(-1) ?? { line: 1 };
      const expected = `expected all ${radiographs.size} selected radiographs, got the list's end without ${path}`;
      throw disagreement(list, last, "filename", `${expected} (line ${record.line} of the metadata); add it`);
    }
  }
  return rows;
}

function listedNormal(list: StudyList, row: StudyListRow): CohortRow {
  if (row.label === 1) {
    throw disagreement(
      list,
      row,
      "covid-19",
      `expected label 0 for the normal ${row.path}, got 1; correct the list`,
    );
  }
  return normalRow(baseName(row.path));
}

function unknownPath(path: string): string {
  return (
    `expected a selected radiograph or a file of ${STUDY_LAYOUT.normals}, got ${path}; ` +
    "check that list and metadata are of one version and that the filter selects it"
  );
}

function disagreement(
  list: StudyList,
  row: Pick<StudyListRow, "line">,
  column: string,
  message: string,
): MetadataError {
  return new MetadataError({ path: list.path, line: row.line, reason: "invalid-value", column, message });
}

/**
 * Balances the classes as the study did: draws as many normals as negatives are missing, at random **with
 * replacement**, so that a file can appear twice. The study did not seed its draw; its outcome is in `chestxrays.csv`
 * ({@link cohortFromList}), and this function makes a new one.
 *
 * @param labelled Radiographs with their classes, at least as many positive as negative.
 * @param normals File names to draw from ({@link listImages}); the result depends on their order.
 * @param random Source of the draw; it is advanced.
 * @returns The radiographs in their order, then the normals in the order of their draw.
 * @throws {InvalidArgumentError} when there are more negatives than positives.
 * @throws {EmptySelectionError} when normals are needed and there are none.
 */
export function balance(
  labelled: readonly LabelledRecord[],
  normals: readonly string[],
  random: RandomState,
): CohortRow[] {
  checkArguments(
    { labelled, normals, random },
    { labelled: "objects", normals: "strings", random: "object" },
  );
  const { positive, negative } = countLabels(labelled);
  const short = positive - negative;
  if (short < 0) {
    throw new InvalidArgumentError({
      parameter: "labelled",
      value: { positive, negative },
      message:
        `expected at least as many positive as negative records, got ${positive} and ${negative}; ` +
        "only normals can be added",
    });
  }
  if (short > 0 && normals.length === 0) {
    throw new EmptySelectionError({
      selection: "normals",
      message: `expected images to draw ${short} from, got none; check the folder of the normals`,
    });
  }
  const drawn = short === 0 ? [] : random.choice(normals.length, short);
  return [...labelled.map(radiographRow), ...drawn.map((index) => normalRow(normals[index]!))];
}

/** {@link cohortFlow} of the study's cohort: where its files are, and what was added to its records. */
export function studyFlow(steps: Omit<CohortSteps, "under" | "origin">): FlowStep[] {
  return cohortFlow({
    ...steps,
    under: STUDY_LAYOUT.radiographs,
    origin: ({ path, source }) =>
      folderOf(path) === STUDY_LAYOUT.normals
        ? `normal radiographs drawn with replacement from ${source}`
        : `from ${source}`,
  });
}
