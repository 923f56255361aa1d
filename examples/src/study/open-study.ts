import { stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { STUDY_LAYOUT } from "@covidxr/dataset/study";
import { resolveWeights } from "@covidxr/model";
import { isSyntheticStudy, writePhantomStudy } from "@covidxr/phantom";
import { digestFile } from "../run/digest-file.js";
import type { StudyOptions } from "../run/options/study-options.js";
import type { Run } from "../run/run.js";

import { downloadInputs } from "./download-inputs.js";
import { isPublishedStudy } from "./published.js";

/** The demonstration's radiographs are the same whatever the seed of the training. */
const PHANTOM_SEED = 1;

/** A study folder and what is known of it. */
export interface OpenStudy {
  readonly folder: string;
  readonly synthetic: boolean;
  /** Whether the run follows the published study's own list. */
  readonly isPublished: boolean;
  /** SHA-256 of the inputs, for `run.json`. */
  readonly digests: Readonly<Record<string, string>>;
}

/**
 * The study that was asked for, fetched where that was asked for, too; or the synthetic one, drawn when it is not
 * there yet. Missing inputs are told before any work is done.
 *
 * @throws {DownloadError} as {@link downloadInputs}.
 * @throws {FileError} when there is no such folder.
 * @throws {WeightsError} when the weights are missing.
 */
export async function openStudy(options: StudyOptions, run: Run, signal: AbortSignal): Promise<OpenStudy> {
  const { study, weights: name } = options;
  // A file of the user's own is looked for before long transfers begin.
  if (name !== "random" && name !== "imagenet") await resolveWeights(name);
  if (options.download && study !== undefined) await downloadInputs({ ...options, study }, run, signal);
  const weights = name === "random" ? undefined : await resolveWeights(name);
  const folder = options.study ?? join(options.cache, "phantom-study");
  if (options.study === undefined) {
    await run.stage("phantom", "Drawing synthetic radiographs", "images", (onProgress) =>
      writePhantomStudy(folder, {
        seed: PHANTOM_SEED,
        onProgress: ({ done, total }) => onProgress({ done, total }),
        signal,
      }),
    );
  } else await requireFolder(folder);
  const synthetic = await isSyntheticStudy(folder);
  if (synthetic) {
    run.say.line("SYNTHETIC radiographs: these figures show that the software works, and nothing else.");
  }
  const metadata = await digestFile(join(folder, STUDY_LAYOUT.metadata));
  const list = options.redraw ? undefined : await digestFile(join(folder, STUDY_LAYOUT.list));
  return {
    folder,
    synthetic,
    isPublished: isPublishedStudy(list),
    digests: {
      metadata,
      ...(list === undefined ? {} : { list }),
      ...(weights === undefined ? {} : { weights: await digestFile(weights) }),
    },
  };
}

async function requireFolder(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return;
  throw new FileError({
    path,
    reason: found ? "not-a-directory" : "missing",
    message:
      `expected a study folder, found ${found ? "a file" : "nothing"}; fetch one with --download, or name a folder ` +
      `that holds ${STUDY_LAYOUT.metadata}, ${STUDY_LAYOUT.normals} and ${STUDY_LAYOUT.list}`,
  });
}
