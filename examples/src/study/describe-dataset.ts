import { type CohortRow, countLicences } from "@covidxr/dataset";

/** One source of a cohort's images. */
export interface DatasetSource {
  /** As the column `source` of `cohort.csv` has it. */
  readonly source: string;
  /** Rows of the cohort, and those of them that are used. */
  readonly rows: number;
  readonly used: number;
  /**
   * Under which its images may be used: `"synthetic"` for drawn ones; of a source that is not the study's what its rows
   * state, with the number of rows, and `"unknown"` where they state nothing.
   */
  readonly licence: string;
}

/** Licences as the sources state them: covid-chestxray-dataset's README, and doi 10.17632/rscbjbr9sj.2. */
const LICENCES: ReadonlyMap<string, string> = new Map([
  ["covid-chestxray-dataset", "per image, in the column license of its metadata.csv; partly non-commercial"],
  ["chest-xray-pneumonia", "CC BY 4.0"],
]);

/** The sources of a cohort's images, in the order of their first rows. */
export function describeDataset(rows: readonly CohortRow[], synthetic: boolean): DatasetSource[] {
  return [...new Set(rows.map(({ source }) => source))].map((source) => {
    const own = rows.filter((row) => row.source === source);
    return {
      source,
      rows: own.length,
      used: own.filter(({ status }) => status === "used").length,
      licence: synthetic ? "synthetic" : (LICENCES.get(source) ?? statedBy(own)),
    };
  });
}

function statedBy(rows: readonly CohortRow[]): string {
  if (rows.every(({ license }) => license === null)) return "unknown";
  return countLicences(rows)
    .map(({ license, images }) => `${license ?? "not stated"} (${images})`)
    .join(", ");
}
