import { constants } from "node:fs";
import { copyFile, rename, rm } from "node:fs/promises";
import { join, posix } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { diskError } from "@covidxr/core/files-internal";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import type { CohortRow } from "../cohort/cohort-row.js";
import { makeFolder, readFolder } from "../files.js";
import { countLabels, type LabelCounts } from "../records/labels.js";
import { STUDY_SPLIT } from "./constants.js";

type StudySplit = (typeof STUDY_SPLIT.splits)[number];

/** The study's folder for each class of `train` and `test`; Keras numbers classes by the folders' order. */
const CLASS_FOLDERS = ["0_normal", "1_covid"] as const;

const FOLDERS = [
  ...CLASS_FOLDERS.map((name) => `train/${name}`),
  ...CLASS_FOLDERS.map((name) => `test/${name}`),
  "predict",
];

/** Name of the copy in progress; hidden, so no reader of the folders takes it for an image. */
const PARTIAL = ".partial";

/**
 * Copies the used files of a cohort into the study's folders: `train/0_normal`, `train/1_covid`, `test/0_normal`,
 * `test/1_covid` and `predict/<label>-<name>`. All folders are made. A copy shares its blocks with the original
 * where the file system can; a second run with the same cohort gives the same folders.
 *
 * @param rows Cohort, split and located (`splitCohort`, `locateFiles`).
 * @param studyFolder Folder that the rows' paths are relative to.
 * @param outFolder Folder to fill.
 * @returns Number of distinct files in each split, by class.
 * @throws {InvalidArgumentError} when a used row has no split, or two different files would take one name (names
 * that differ by case alone count as one, as some file systems see them).
 * @throws {FileError} `"missing"` or `"unreadable"` when a file cannot be copied; `"unwritable"` when the out folder
 * cannot be written or holds files of another cohort, which would mix the splits.
 * @throws {InterruptedError} when `signal` fires between two files; whole copies stay.
 */
export async function organize(
  rows: readonly CohortRow[],
  studyFolder: string,
  outFolder: string,
  options: { readonly signal?: AbortSignal } = {},
): Promise<Record<StudySplit, LabelCounts>> {
  checkArguments(
    { rows, studyFolder, outFolder },
    { rows: "objects", studyFolder: "string", outFolder: "string" },
  );
  checkOptions(options, { signal: "object?" });
  const plan = planCopies(rows);
  const targets = new Set(plan.keys());
  for (const folder of FOLDERS) await prepareFolder(outFolder, folder, targets);
  for (const [target, row] of plan) {
    throwIfInterrupted(options.signal, "organizing");
    await copyWhole(join(studyFolder, row.path), join(outFolder, target));
  }
  const copied = [...plan.values()];
  return Object.fromEntries(
    STUDY_SPLIT.splits.map((split) => [split, countLabels(copied.filter((row) => row.split === split))]),
  ) as Record<StudySplit, LabelCounts>;
}

/** Row to copy by its place below the out folder. */
function planCopies(rows: readonly CohortRow[]): Map<string, CohortRow> {
  const plan = new Map<string, CohortRow>();
  const owners = new Map<string, CohortRow>();
  for (const row of rows) {
    if (row.status !== "used") continue;
    const target = targetOf(row);
    const owner = owners.get(target.toLowerCase());
    if (owner !== undefined && owner.path !== row.path) {
      throw new InvalidArgumentError({
        parameter: "rows",
        value: [owner.path, row.path],
        message: `expected one file for ${target}, got ${owner.path} and ${row.path}; rename one`,
      });
    }
    owners.set(target.toLowerCase(), row);
    plan.set(target, row);
  }
  return plan;
}

function targetOf(row: CohortRow): string {
  const name = posix.basename(row.filename);
  if (!STUDY_SPLIT.splits.some((split) => split === row.split)) {
    throw new InvalidArgumentError({
      parameter: "rows",
      value: row.path,
      message:
        `expected every used row in ${STUDY_SPLIT.splits.join(", ")}, got ${row.path} in ${row.split ?? "none"}; ` +
        "call splitCohort first",
    });
  }
  return row.split === "predict"
    ? `predict/${row.label}-${name}`
    : `${row.split}/${CLASS_FOLDERS[row.label]}/${name}`;
}

async function prepareFolder(outFolder: string, folder: string, targets: ReadonlySet<string>): Promise<void> {
  const path = join(outFolder, folder);
  await makeFolder(path);
  const names = (await readFolder(path)).map(({ name }) => name);
  const foreign = names.filter((name) => !name.startsWith(".") && !targets.has(`${folder}/${name}`));
  if (foreign.length > 0) {
    throw new FileError({
      path,
      reason: "unwritable",
      message:
        `expected no file of another cohort, found ${foreign.length}, such as ${foreign[0]}; ` +
        "choose an empty folder",
    });
  }
}

async function copyWhole(from: string, to: string): Promise<void> {
  const partial = join(to, "..", PARTIAL);
  try {
    await copyFile(from, partial, constants.COPYFILE_FICLONE);
    await rename(partial, to);
  } catch (cause) {
    await rm(partial, { force: true, recursive: true });
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" && syscall === "copyfile") {
      throw new FileError({
        path: from,
        reason: "missing",
        message: "expected a file, found none; call locateFiles first",
        cause,
      });
    }
    const reason = code === "EISDIR" || code === "EACCES" || code === "EIO" ? "unreadable" : "unwritable";
    throw diskError(reason === "unreadable" ? from : to, cause, { reason });
  }
}
