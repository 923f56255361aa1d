import { plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import type { Finding } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { nameFiles } from "../rows.js";

/** Share of the pixels at one grey level from which a picture shows nothing; 296 real radiographs have 0.5 at most. */
const BLANK_SHARE = 0.995;

/**
 * Pictures of one grey level: exports that failed, placeholders. They are all alike, so training refuses them in two
 * splits, and they tell nothing of a patient. Rows that take no part are passed over.
 *
 * @returns One fault, one item for each picture; none where there is no such picture.
 */
export function checkBlankImages(
  rows: readonly CohortRow[],
  fingerprints: readonly Fingerprint[],
): Finding[] {
  const used = new Set(rows.filter(({ status }) => status === "used").map(({ path }) => path));
  const nameOf = nameFiles(rows);
  const blank = fingerprints.filter(
    ({ path, histogram }) => used.has(path) && Math.max(...histogram) >= BLANK_SHARE,
  );
  if (blank.length === 0) return [];
  return [
    {
      check: "images",
      severity: "issue",
      summary: `${plural(blank.length, "picture")} ${blank.length === 1 ? "is" : "are"} blank: leave ${blank.length === 1 ? "it" : "them"} out.`,
      items: blank.map(({ path, width, height }) => `${nameOf(path)}: ${width} × ${height}, one grey level`),
    },
  ];
}
