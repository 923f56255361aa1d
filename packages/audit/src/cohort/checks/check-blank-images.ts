import { plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { Finding } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { nameFiles } from "../rows.js";

/** Proportion of pixels at one grey level above which an image is blank; 296 real radiographs have at most 0.5. */
const BLANK_SHARE = 0.995;

/**
 * Finds images of a single grey level: failed exports and placeholders. They say nothing about a patient and are all alike,
 * so training refuses them in two splits. Only used rows are checked.
 *
 * @returns One issue with an item for each blank image; none where there are none.
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
      summary: `${plural(blank.length, "image is", "images are")} blank: exclude ${blank.length === 1 ? "it" : "them"}.`,
      items: blank.map(
        ({ path, width, height }) => `${nameOf(path)}: ${width} × ${height} pixels, one grey level`,
      ),
    },
  ];
}
