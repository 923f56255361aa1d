import { posix } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { requireSource } from "../adapters/require-source.js";
import { innerPath } from "../paths/inner-path.js";
import type { LabelledRecord } from "../records/group-findings.js";
import type { CohortRow } from "./cohort-row.js";

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
 * presumed there. The steps around it are the same for every adapter:
 *
 * ```ts
 * const collection = await readClassFolders("images");              // or any other adapter
 * const labelled = groupFindings(collection.records, { positive: ["covid"] });
 * const rows = cohortFromRecords(labelled, collection);
 * const located = await locateFiles(rows, collection.root);         // missing files are marked, never dropped
 * const cohort = splitByPatient(located, { seed: 1 });              // of @covidxr/audit
 * ```
 *
 * Collections are put together by giving each a folder of one study folder (`under`) and joining their rows.
 *
 * @throws {InvalidArgumentError} (`source`) when it is blank; (`under`) when it is absolute or leaves the study folder;
 * (`labelled`) when a record's file does.
 */
export function cohortFromRecords(
  labelled: readonly LabelledRecord[],
  options: CohortFromRecordsOptions,
): CohortRow[] {
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
    const path = posix.join(under, inner);
    return {
      path,
      filename: posix.basename(path),
      patientId: record.patientId,
      finding: record.finding,
      license: record.license,
      source,
      label,
      split: null,
      status: "used",
    };
  });
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
