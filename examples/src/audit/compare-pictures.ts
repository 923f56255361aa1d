import { join } from "node:path";
import { type CopyPair, type Fingerprint, findCopies, fingerprintImages } from "@covidxr/audit";
import type { CohortRow } from "@covidxr/dataset";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";

/** What tells a cohort's pictures apart, and which are the same; paths are those of the rows. */
export interface Pictures {
  readonly fingerprints: readonly Fingerprint[];
  readonly copies: readonly CopyPair[];
}

/** Looks at every readable file of a cohort at its full size. */
export async function comparePictures(
  rows: readonly CohortRow[],
  studyFolder: string,
  { cache, decoder }: Pick<StudyOptions, "cache" | "decoder">,
  run: Run,
  signal: AbortSignal,
): Promise<Pictures> {
  const readable = rows.filter(({ status }) => status === "used" || status === "duplicate");
  const rowPaths = new Map(readable.map(({ path }) => [join(studyFolder, path), path]));
  const { fingerprints } = await run.stage("fingerprints", "Comparing pictures", "images", (onProgress) =>
    fingerprintImages([...rowPaths.keys()], {
      decoder,
      cacheFolder: join(cache, "fingerprints"),
      onProgress,
      signal,
    }),
  );
  const ofRows = fingerprints.map((each) => ({ ...each, path: rowPaths.get(each.path)! }));
  return { fingerprints: ofRows, copies: findCopies(ofRows) };
}
