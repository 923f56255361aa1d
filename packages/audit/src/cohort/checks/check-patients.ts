import { groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import { normalPatientId, similarPatientIds } from "@covidxr/dataset/cohort-internal";
import { enumerate, type Finding } from "../../findings.js";
import { nameFiles, splitsOf } from "../rows.js";

/**
 * Finds patients with rows in several splits: what a model learns about a patient in one split helps it in the other.
 *
 * Counts all rows, with files or not, since all were split; the summary gives the number among rows in use where that
 * differs. Rows of unknown patients or without a split are ignored.
 *
 * @returns One leak for each pair of splits that share patients, with an item for each patient; and an issue where ids differ only
 * by case, leading zeros or decoration.
 */
export function checkPatients(rows: readonly CohortRow[]): Finding[] {
  const patients = groupBy(
    rows.filter(({ split }) => split !== null),
    ({ patientId }) => patientId && normalPatientId(patientId),
  );
  const splits = splitsOf(rows);
  const nameOf = nameFiles(rows);
  const findings: Finding[] = [];
  for (const [place, first] of splits.entries()) {
    for (const second of splits.slice(place + 1)) {
      const shared = [...patients].filter(
        ([, own]) => own.some(({ split }) => split === first) && own.some(({ split }) => split === second),
      );
      if (shared.length === 0) continue;
      const involved = shared.flatMap(([, own]) => own.filter(({ split }) => split === second)).length;
      findings.push({
        check: "patients",
        severity: "leak",
        summary:
          `${involved} of ${plural(ofSplit(rows, second).length, "row")} in ${second} ` +
          `${involved === 1 ? "is" : "are"} from ${plural(shared.length, "patient")} with rows in ` +
          `${first}${amongUsed(rows, first, second)}.`,
        items: shared.map(([patient, own]) => `patient ${patient}: ${sides(own, [first, second], nameOf)}`),
      });
    }
  }
  return [...findings, ...similarPatients(rows)];
}

/** Ids that may be one patient written in two ways. */
function similarPatients(rows: readonly CohortRow[]): Finding[] {
  const groups = similarPatientIds(new Set(rows.flatMap(({ patientId }) => patientId ?? [])));
  if (groups.length === 0) return [];
  return [
    {
      check: "patients",
      severity: "issue",
      summary:
        `${plural(groups.length, "group")} of patient ids ${groups.length === 1 ? "differs" : "differ"} only by case, leading ` +
        "zeros or decoration; they count as different patients.",
      items: groups.map((ids) => enumerate(ids.map((id) => JSON.stringify(id)))),
    },
  ];
}

function ofSplit(rows: readonly CohortRow[], split: string): CohortRow[] {
  return rows.filter((row) => row.split === split);
}

/** The overlap among rows in use; empty where every row is in use. */
function amongUsed(rows: readonly CohortRow[], first: string, second: string): string {
  const used = rows.filter(({ status }) => status === "used");
  if (used.length === rows.length) return "";
  const known = new Set(ofSplit(used, first).map(({ patientId }) => patientId));
  const held = ofSplit(used, second);
  const involved = held.filter(({ patientId }) => patientId !== null && known.has(patientId));
  return ` (${involved.length} of ${held.length} rows in use)`;
}

function sides(
  rows: readonly CohortRow[],
  splits: readonly string[],
  nameOf: (path: string) => string,
): string {
  const side = (split: string): string => {
    const files = ofSplit(rows, split).map(
      ({ path, status }) => nameOf(path) + (status === "used" ? "" : ` (${status})`),
    );
    return `${split} ${files.join(", ")}`;
  };
  return splits.map(side).join("; ");
}
