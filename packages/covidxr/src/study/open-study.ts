import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { STUDY_LAYOUT, verifyStudy } from "@covidxr/dataset/internal";
import { defaultCacheFolder } from "@covidxr/model";
import { identifyWeights, resolveWeights } from "@covidxr/model/internal";
import { isSyntheticStudy, writePhantomStudy } from "@covidxr/phantom";
import type { Run } from "../run/run.js";
import type { Settings } from "../settings/declarations.js";
import { downloadInputs } from "./download-inputs.js";
import { type EngineSettings, requireEngine } from "./engine.js";
import { isPublishedStudy } from "./published.js";
import { requireStudy } from "./require-study.js";

/** The demonstration's radiographs are the same whatever the seed of the training. */
const PHANTOM_SEED = 1;

/** Files that are named where they differ; the others are counted. */
const NAMED_FILES = 5;

/** A folder of images and what is known of it. */
export interface Source {
  readonly folder: string;
  readonly synthetic: boolean;
  /** Whether the run follows the published study's own list. */
  readonly isPublished: boolean;
}

/** Where a study goes that is fetched without naming a folder: shared by all runs. */
export const fetchedStudyFolder = (): string => join(defaultCacheFolder(), "study");

/**
 * Opens the study: the folder that was named, fetched where that was asked for; or the synthetic one, drawn when it does not
 * exist yet. Missing inputs are reported before any work is done.
 *
 * @throws {DownloadError} when a file cannot be fetched.
 * @throws {FileError} when there is no such folder, or it does not hold the study's inputs.
 * @throws {WeightsError} when the weights are missing, or not the published ones that they are said to be.
 * @throws {InvalidArgumentError} when a run is resumed on other inputs than it was started with, or its engine does not work here.
 */
export async function openStudy(
  run: Run<Pick<Settings, "redraw"> & Partial<EngineSettings>>,
): Promise<Source> {
  await requireEngine(run);
  const { weights: name, download } = run.place;
  const study = run.place.study ?? (download ? fetchedStudyFolder() : undefined);
  // A file of the user's own is checked before long transfers begin.
  if (name !== "random" && name !== "imagenet") await resolveWeights(name);
  if (download && study !== undefined) await downloadInputs(run, { ...run.place, study });
  if (name === "imagenet") await resolveWeights(name);
  const folder = study ?? join(run.place.cache, "phantom-study");
  if (study === undefined) {
    await run.stage("phantom", "Drawing synthetic radiographs", "images", (onProgress) =>
      writePhantomStudy(folder, {
        seed: PHANTOM_SEED,
        onProgress: ({ done, total }) => onProgress({ done, total }),
        signal: run.signal,
      }),
    );
  } else await requireStudy(folder, run.settings.redraw);
  const synthetic = await isSyntheticStudy(folder);
  if (synthetic) run.say.line("SYNTHETIC radiographs: all metrics only show that the software works.");
  else await comparePublished(run, folder);
  const metadata = await digestFile(join(folder, STUDY_LAYOUT.metadata));
  const list = run.settings.redraw ? undefined : await digestFile(join(folder, STUDY_LAYOUT.list));
  await recordInputs(run, synthetic, {
    metadata,
    ...(list !== undefined && { list }),
    ...(await recordWeights(run)),
  });
  return { folder, synthetic, isPublished: isPublishedStudy(list) };
}

/** Compares the study's files with the published ones, says how many match, and records it for the report. */
async function comparePublished(run: Run<Partial<Settings>>, folder: string): Promise<void> {
  const study = await verifyStudy(folder, { signal: run.signal });
  const { files, verified, different } = study;
  run.say.line(`Published files of the study: ${verified} of ${files} have their published digests.`);
  if (different.length > 0) {
    const more = different.length > NAMED_FILES ? ` and ${different.length - NAMED_FILES} more` : "";
    run.say.line(`NOT the published files: ${different.slice(0, NAMED_FILES).join(", ")}${more}.`);
  }
  if (different.includes(STUDY_LAYOUT.list) || different.includes(STUDY_LAYOUT.metadata)) {
    run.say.line("Its tables are not the published ones: this is another study, with a split of its own.");
  }
  await run.folder.update({ study });
}

/**
 * Says and records whether the backbone starts from the published weights or from those of somebody else.
 *
 * @returns The file's digest, as an input of the run; empty for random weights.
 * @throws {WeightsError} when the file is missing, or not the published one that it is said to be.
 */
export async function recordWeights(run: Run<Partial<Settings>>): Promise<{ readonly weights?: string }> {
  const name = run.place.weights;
  if (name === "random") {
    await run.folder.update({ backbone: "random" });
    return {};
  }
  const path = await resolveWeights(name);
  const { sha256, published } = await identifyWeights(path, name);
  run.say.line(
    published
      ? `Weights: those published for ImageNet (${path})`
      : `Weights: of your own, SHA-256 ${sha256} (${path})`,
  );
  await run.folder.update({ backbone: published ? "imagenet" : "own" });
  return { weights: sha256 };
}

/**
 * Records the digests of a run's inputs. Inputs may move between a run and its resumption; their content may not change.
 *
 * @throws {InvalidArgumentError} naming the input that differs from what the run was started with.
 */
export async function recordInputs(
  run: Run<Partial<Settings>>,
  synthetic: boolean,
  digests: Readonly<Record<string, string>>,
): Promise<void> {
  const before = run.folder.record.digests;
  for (const name of Object.keys({ ...before, ...digests })) {
    if (!run.folder.resumed || Object.keys(before).length === 0 || before[name] === digests[name]) continue;
    throw new InvalidArgumentError({
      parameter: name,
      value: digests[name],
      message:
        `expected the ${name} with which the run in ${run.folder.folder} was started (SHA-256 ${before[name] ?? "none"}), ` +
        `got ${digests[name] ?? "none"}; name the same files, or start a new run without --resume`,
    });
  }
  await run.folder.update({ synthetic, digests });
}

/** SHA-256 of a file in hexadecimal. */
async function digestFile(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
