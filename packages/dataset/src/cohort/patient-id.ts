import { visibleText } from "../records/doubtful-labels.js";

/** A number that a spreadsheet or pandas wrote with decimals: `7.0`, also behind the name of a source. */
const DECIMALS = /(^|:)(\d+)\.0+$/;

/**
 * The form in which patients are compared: `7.0` is `7`, characters as they look (NFKC), nothing invisible, single blanks.
 * Letter case and leading zeros stay, since they can tell patients apart.
 */
export function normalPatientId(patientId: string): string {
  return visibleText(patientId).replace(DECIMALS, "$1$2");
}

/** What people put around a number. */
const DECORATION = /^(patient|pat|pid|pt|subject|case|id|p|s)(?=\d)/;

/**
 * Groups of patient ids that differ only by case, leading zeros or decoration (`P-007`, `p7`, `7`), and may be one patient.
 * Ids of two sources are never compared.
 */
export function similarPatientIds(patientIds: Iterable<string>): string[][] {
  const groups = new Map<string, Set<string>>();
  for (const patientId of patientIds) {
    const normal = normalPatientId(patientId);
    const end = normal.lastIndexOf(":");
    const [source, own] = [normal.slice(0, end + 1), normal.slice(end + 1)];
    // Punctuation between two numbers tells ids apart: 1-11 is not 11-1.
    const plain = own
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}]+/gu, "-")
      .replaceAll(/(?<!\d)-|-(?!\d)/g, "")
      .replace(DECORATION, "")
      .replaceAll(/(?<!\d)0+(?=\d)/g, "");
    const key = `${source}${plain}`;
    groups.set(key, (groups.get(key) ?? new Set()).add(normal));
  }
  return [...groups.values()].filter((ids) => ids.size > 1).map((ids) => [...ids]);
}
