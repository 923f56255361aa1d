import type { RunData } from "../run/read-run.js";
import type { RunRecord } from "../run/run-record.js";
import { joinWords } from "./words.js";

/** Files that the text names; the others are counted. */
const NAMED = 5;

/**
 * What a reader must know of a run's files before its results: that they were edited after the run, or that nobody compared
 * them with a manifest; and which files of the study were not the published ones. Null where there is nothing of this.
 */
export function integrityText({
  integrity: { verified, edited },
  record,
}: Pick<RunData, "integrity"> & { readonly record: Pick<RunRecord, "study"> }): string | null {
  const texts = [
    ...(verified ? [] : ["No manifest: the files of this run were not verified."]),
    ...(verified && edited.length > 0
      ? [`Edited after the run: ${namesOf(edited)}. Results that depend on them are not the run’s own.`]
      : []),
    ...unpublishedText(record),
  ];
  return texts.length === 0 ? null : texts.join(" ");
}

/** Tables that decide which images a study has. */
const TABLES: readonly string[] = ["chestxrays.csv", "metadata.csv"];

function unpublishedText({ study }: Pick<RunRecord, "study">): string[] {
  if (study === undefined || study.different.length === 0) return [];
  const isAnother = study.different.some((path) => TABLES.includes(path.split("/").at(-1)!));
  return [
    `Not the published study’s files: ${namesOf(study.different)}.${isAnother ? " This is another study." : ""}`,
  ];
}

function namesOf(paths: readonly string[]): string {
  const more = paths.length > NAMED ? [`${paths.length - NAMED} more`] : [];
  return joinWords([...paths.slice(0, NAMED), ...more]);
}
