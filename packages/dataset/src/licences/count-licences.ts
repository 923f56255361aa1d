import type { CohortRow } from "../cohorts/cohort-row.js";
import { compareCodePoints } from "../tables/compare-code-points.js";
import { type Derivatives, derivativesUnder } from "./derivatives-under.js";

/** How many images of a source carry a licence. */
export interface LicenceCount {
  readonly source: string;
  /** As the source states it; `null` when it does not. */
  readonly license: string | null;
  readonly images: number;
  readonly derivatives: Derivatives;
}

/**
 * Counts the licences of images: sources in the order of their first image, of each the most frequent licence first,
 * equally frequent ones by name, an unstated one behind the others.
 */
export function countLicences(images: readonly Pick<CohortRow, "source" | "license">[]): LicenceCount[] {
  const counts = new Map<string, Map<string | null, number>>();
  for (const { source, license } of images) {
    const own = counts.get(source) ?? new Map<string | null, number>();
    counts.set(source, own.set(license, (own.get(license) ?? 0) + 1));
  }
  return [...counts].flatMap(([source, own]) =>
    [...own]
      .sort(([a, count], [b, other]) => other - count || compareNames(a, b))
      .map(([license, number]) => ({
        source,
        license,
        images: number,
        derivatives: derivativesUnder(license),
      })),
  );
}

function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  return compareCodePoints(a, b);
}
