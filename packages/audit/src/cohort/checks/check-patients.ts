import { groupBy, plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import type { Finding } from "../../findings.js";
import { nameFiles, splitsOf } from "../rows.js";

/**
 * Patients with rows in several splits: what a model learns of a patient in one split helps it in the other.
 *
 * All rows count, whatever became of their files, since the split was drawn over them; the summary says how many of the
 * rows in use are concerned where that differs. Rows of unknown patient or without split are passed over.
 *
 * @returns One leak for each pair of splits that share patients, one item for each patient.
 */
export function checkPatients(rows: readonly CohortRow[]): Finding[] {
  const patients = groupBy(
    rows.filter(({ split }) => split !== null),
    ({ patientId }) => patientId,
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
          `${involved} of ${plural(ofSplit(rows, second).length, "row")} of ${second} ` +
          `${involved === 1 ? "is" : "are"} of ${plural(shared.length, "patient")} with rows in ` +
          `${first}${amongUsed(rows, first, second)}.`,
        items: shared.map(([patient, own]) => `patient ${patient}: ${sides(own, [first, second], nameOf)}`),
      });
    }
  }
  return findings;
}

function ofSplit(rows: readonly CohortRow[], split: string): CohortRow[] {
  return rows.filter((row) => row.split === split);
}

/** What remains of the overlap among rows in use; nothing where every row is. */
function amongUsed(rows: readonly CohortRow[], first: string, second: string): string {
  const used = rows.filter(({ status }) => status === "used");
  if (used.length === rows.length) return "";
  const known = new Set(ofSplit(used, first).map(({ patientId }) => patientId));
  const held = ofSplit(used, second);
  const involved = held.filter(({ patientId }) => patientId !== null && known.has(patientId));
  return ` (${involved.length} of ${held.length} among the rows in use)`;
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
