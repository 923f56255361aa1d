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
  const { fingerprints, failures } = await run.stage(
    "fingerprints",
    "Fingerprinting images",
    "images",
    (onProgress) =>
      fingerprintImages([...rowPaths.keys()], {
        decoder,
        cacheFolder: join(cache, "fingerprints"),
        onProgress,
        signal,
      }),
  );
  // Every file was read before; one that cannot be any more has changed meanwhile.
  for (const { error } of failures) throw error;
  const ofRows = fingerprints.map((each) => ({ ...each, path: rowPaths.get(each.path)! }));
  const copies = await run.stage("copies", "Looking for copies", "images", (onProgress) =>
    findCopies(ofRows, { onProgress, signal }),
  );
  return { fingerprints: ofRows, copies };
}
