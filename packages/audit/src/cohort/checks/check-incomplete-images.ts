import { plural } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset/cohort";
import type { Finding } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { nameFiles } from "../rows.js";

/**
 * Finds images whose file was cut short and closed again, so that decoders show them coarser than they were or without a
 * channel, and say nothing. Only used rows are checked.
 *
 * @returns At most one issue, with an item for each image.
 */
export function checkIncompleteImages(
  rows: readonly CohortRow[],
  fingerprints: readonly Fingerprint[],
): Finding[] {
  const used = new Set(rows.filter(({ status }) => status === "used").map(({ path }) => path));
  const nameOf = nameFiles(rows);
  const items = fingerprints.flatMap(({ path, incomplete }) =>
    incomplete !== undefined && used.has(path) ? [`${nameOf(path)}: ${incomplete}`] : [],
  );
  if (items.length === 0) return [];
  const summary =
    `${plural(items.length, "image is", "images are")} incomplete and ` +
    `${items.length === 1 ? "has" : "have"} less detail than ${items.length === 1 ? "it" : "they"} had.`;
  return [{ check: "images", severity: "issue", summary, items }];
}
