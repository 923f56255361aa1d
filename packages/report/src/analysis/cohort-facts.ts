import { groupBy } from "@covidxr/core/internal";
import { type CohortRow, derivativesUnder, patientKey } from "@covidxr/dataset";
import { countLicences, type LicenceCount } from "@covidxr/dataset/internal";
import type { FoldGrouping, RunData } from "../run/read-run.js";

/** Images of one source by their class. */
export interface SourceCounts {
  readonly source: string;
  readonly negative: number;
  readonly positive: number;
}

/** What a reader must know of a cohort before believing a figure. */
export interface CohortFacts {
  /** Rows whose image took part. */
  readonly used: number;
  readonly patients: number;
  readonly positive: number;
  readonly negative: number;
  /** Sources in the order of their size. */
  readonly sources: readonly SourceCounts[];
  /** Licences of the files that were used, each counted once, of the sources whose rows state one; none of drawn images. */
  readonly licences: readonly LicenceCount[];
  /** Paths of images, used or not, whose licence forbids that altered copies are passed on. */
  readonly withheld: readonly string[];
  /** Held-out images whose patient was trained on as well; of folds, those of the first grouping and seed. */
  readonly heldOutOfTrainedPatients: { readonly images: number; readonly of: number };
}

/** Counts of a run's used rows. */
export function cohortFacts(run: RunData): CohortFacts {
  const used = run.cohort.filter(({ status }) => status === "used");
  const positive = used.filter(({ label }) => label === 1).length;
  const sources = [...groupBy(used, ({ source }) => source)]
    .map(([source, rows]) => {
      const own = rows.filter(({ label }) => label === 1).length;
      return { source, positive: own, negative: rows.length - own };
    })
    .sort((a, b) => b.positive + b.negative - (a.positive + a.negative));
  return {
    used: used.length,
    patients: new Set(used.map(patientKey)).size,
    positive,
    negative: used.length - positive,
    sources,
    licences: run.record.synthetic ? [] : licencesOf(used),
    withheld: [
      ...new Set(
        run.cohort.filter((row) => derivativesUnder(row.license) === "forbidden").map(({ path }) => path),
      ),
    ],
    heldOutOfTrainedPatients:
      run.kind === "holdout"
        ? leakedPatients(used, run.record.heldOut)
        : leakedBetweenFolds(run.groupings[0]!),
  };
}

/** A cohort file of an earlier version, or of another tool, may state none at all. */
function licencesOf(used: readonly CohortRow[]): LicenceCount[] {
  const stating = new Set(used.filter(({ license }) => license !== null).map(({ source }) => source));
  // A file of several rows is one image.
  const files = new Map(used.map((row) => [row.path, row]));
  return countLicences([...files.values()].filter(({ source }) => stating.has(source)));
}

function leakedPatients(used: readonly CohortRow[], heldOut: string): { images: number; of: number } {
  const trained = new Set(used.filter(({ split }) => split === "train").map(patientKey));
  const own = used.filter(({ split }) => split === heldOut);
  return { images: own.filter((row) => trained.has(patientKey(row))).length, of: own.length };
}

function leakedBetweenFolds({ folds }: FoldGrouping): { images: number; of: number } {
  const own = folds.filter(({ seed }) => seed === folds[0]!.seed);
  const foldsOf = new Map<string, Set<number>>();
  for (const { fold, images } of own) {
    for (const { patient } of images) foldsOf.set(patient, (foldsOf.get(patient) ?? new Set()).add(fold));
  }
  const images = own.flatMap((fold) => fold.images);
  return { images: images.filter(({ patient }) => foldsOf.get(patient)!.size > 1).length, of: images.length };
}
