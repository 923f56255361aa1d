import { plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { Finding } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { nameFiles } from "../rows.js";

/** Proportion of pixels at one grey level above which an image is blank; 296 real radiographs have at most 0.5. */
const BLANK_SHARE = 0.995;

/** Grey levels that hold almost all of a faint image; 499 real radiographs need at least 78. */
const FAINT_LEVELS = 16;

/**
 * Finds images of a single grey level: failed exports and placeholders. They say nothing about a patient and are all alike,
 * so training refuses them in two splits. Images of almost no contrast, as a window that does not fit leaves them, are told
 * apart. Only used rows are checked.
 *
 * @returns Up to two issues, with an item for each blank image and each faint one.
 */
export function checkBlankImages(
  rows: readonly CohortRow[],
  fingerprints: readonly Fingerprint[],
): Finding[] {
  const used = new Set(rows.filter(({ status }) => status === "used").map(({ path }) => path));
  const nameOf = nameFiles(rows);
  const found = fingerprints.filter(({ path }) => used.has(path));
  const blank = found.filter(({ histogram }) => Math.max(...histogram) >= BLANK_SHARE);
  const faint = found.filter((each) => !blank.includes(each) && largestShare(each.histogram) >= BLANK_SHARE);
  const findings: Finding[] = [];
  const add = (images: readonly Fingerprint[], summary: string, what: string): void => {
    if (images.length === 0) return;
    findings.push({
      check: "images",
      severity: "issue",
      summary,
      items: images.map(({ path, width, height }) => `${nameOf(path)}: ${width} × ${height} pixels, ${what}`),
    });
  };
  add(
    blank,
    `${plural(blank.length, "image is", "images are")} blank: exclude ${blank.length === 1 ? "it" : "them"}.`,
    "one grey level",
  );
  add(
    faint,
    `${plural(faint.length, "image has", "images have")} almost no contrast (${FAINT_LEVELS} of 256 grey levels): ` +
      `export ${faint.length === 1 ? "it" : "them"} again with a window that fits.`,
    `almost all within ${FAINT_LEVELS} grey levels`,
  );
  return findings;
}

/** The largest share of pixels within {@link FAINT_LEVELS} neighbouring grey levels. */
function largestShare(histogram: Float32Array): number {
  let within = 0;
  let largest = 0;
  for (const [level, share] of histogram.entries()) {
    within += share - (histogram[level - FAINT_LEVELS] ?? 0);
    largest = Math.max(largest, within);
  }
  return largest;
}
