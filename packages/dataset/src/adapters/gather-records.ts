import { MetadataError } from "@covidxr/core";
import { groupBy } from "@covidxr/core/internal";
import { normalPatientId } from "../cohort/patient-id.js";
import type { MetadataRecord } from "../records/record.js";
import { compareCodePoints } from "../table.js";
import type { ForeignTable, LeftOutRow } from "../tables/foreign-table.js";

/**
 * Makes one record of all that are of one image and patient.
 *
 * @param join Whether an image with several findings has all of them, joined by `|` in the order of their code points.
 * @returns The first record of each image and patient, in their order, and the rows of the others.
 * @throws {MetadataError} `"duplicate-key"` on an image with several findings, unless they are to be joined.
 */
export function gatherRecords(
  { path }: Pick<ForeignTable, "path">,
  records: readonly MetadataRecord[],
  join: boolean,
): { readonly records: MetadataRecord[]; readonly further: LeftOutRow[] } {
  const groups = groupBy(records, ({ folder, filename }) => `${folder}/${filename}`);
  const taken = new Set<string>();
  const further: LeftOutRow[] = [];
  const gathered = records.flatMap((record) => {
    const file = `${record.folder}/${record.filename}`;
    const own = groups.get(file)!;
    const other = own.find(({ finding }) => finding !== record.finding);
    if (other !== undefined && !join) throw severalFindings(path, record, other);
    const key = JSON.stringify([file, record.patientId && normalPatientId(record.patientId)]);
    if (taken.has(key)) {
      further.push({
        line: record.line,
        reason: "further rows of an image (one record has them all)",
        name: record.filename,
      });
      return [];
    }
    taken.add(key);
    return other === undefined ? [record] : [{ ...record, finding: joinFindings(own) }];
  });
  return { records: gathered, further };
}

/** All findings of an image, each once. */
function joinFindings(records: readonly MetadataRecord[]): string {
  const parts = records.flatMap(({ finding }) => finding.split("|").map((part) => part.trim()));
  const findings = new Set(parts.filter((part) => part !== ""));
  return [...findings].sort(compareCodePoints).join("|");
}

function severalFindings(path: string, first: MetadataRecord, second: MetadataRecord): MetadataError {
  return new MetadataError({
    path,
    line: second.line,
    reason: "duplicate-key",
    message:
      `expected one finding of ${first.filename}, got ${JSON.stringify(second.finding)} here and ` +
      `${JSON.stringify(first.finding)} on line ${first.line}; remove the wrong row, or set severalFindings: "join"`,
  });
}
