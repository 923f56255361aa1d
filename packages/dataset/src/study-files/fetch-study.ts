import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { DownloadError, FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { type DownloadOptions, type DownloadResult, downloadFiles, verifyFile } from "@covidxr/download";
import { STUDY_LAYOUT } from "../cohorts/study-layout.js";
import { readMetadata } from "../records/read-metadata.js";
import { LICENCES_FILE, LICENCES_TITLE } from "./licences-text.js";
import { readManifest } from "./read-manifest.js";
import type { StudyFile } from "./study-file.js";
import { studyFiles } from "./study-files.js";
import { type StudyLicences, studyLicences } from "./study-licences.js";

/** Options of {@link fetchStudy}. */
export interface FetchStudyOptions extends Omit<DownloadOptions, "absent"> {
  /** Path of another manifest ({@link readManifest}). @defaultValue the study's own ({@link studyFiles}) */
  readonly manifest?: string;
  /**
   * Called with the licences in words, as they stand in `LICENCES.md` by then, before the first request; not when every
   * file is there. Nothing is fetched when it throws.
   */
  readonly onLicences?: (text: string) => void | Promise<void>;
}

/** What {@link fetchStudy} did. */
export interface FetchedStudy extends DownloadResult {
  readonly licences: StudyLicences;
}

/** Without these there is no study, whatever images are there. */
const TABLES: readonly string[] = [STUDY_LAYOUT.metadata, STUDY_LAYOUT.list];

/**
 * Fills a study folder from where its files are published: whole, verified files or none, as {@link downloadFiles}
 * does it. `LICENCES.md` is written beside them before the first byte, and again with a count of the images' licences
 * once the metadata are there. What is there and verified is not fetched again.
 *
 * An image that no address has is named in the result's `notFound`; {@link locateFiles} will call it missing.
 *
 * @param folder Study folder; made when it is not there.
 * @throws {MetadataError} on a manifest that is none, before anything is written; on metadata that cannot be read.
 * @throws {DownloadError} `"not-found"` for a table that no address has, once all other files are there; otherwise the
 * first fault that is final.
 * @throws {FileError} `"different"` on a file that stands under a name of the manifest, or as `LICENCES.md`, with
 * other content, unless `existing` is `"replace"`; `"unwritable"`, `"unreadable"`; of the manifest also `"missing"`.
 * @throws {InvalidArgumentError} on options that are none.
 * @throws {InterruptedError} when `signal` fires; a later call goes on.
 */
export async function fetchStudy(folder: string, options: FetchStudyOptions = {}): Promise<FetchedStudy> {
  const { manifest, onLicences, onPlan, ...transfer } = options;
  const files = manifest === undefined ? studyFiles() : await readManifest(manifest);
  const result = await downloadFiles(files, folder, {
    ...transfer,
    absent: "skip",
    onPlan: async (plan) => {
      const licences = await licencesIn(folder, files);
      await writeLicences(folder, licences, options);
      if (plan.present < plan.files) await onLicences?.(licences.text);
      await onPlan?.(plan);
    },
  });
  for (const { path, url } of result.notFound) {
    if (!TABLES.includes(path)) continue;
    throw new DownloadError({
      url,
      reason: "not-found",
      message: `expected the table ${path}, found none at its addresses; check the mirror or the manifest`,
    });
  }
  const licences = await licencesIn(folder, files);
  await writeLicences(folder, licences, options);
  return { ...result, licences };
}

/** Licences of a folder's files, those of single images where its metadata are the published ones. */
async function licencesIn(folder: string, files: readonly StudyFile[]): Promise<StudyLicences> {
  const metadata = files.find(({ path }) => path === STUDY_LAYOUT.metadata);
  const path = join(folder, STUDY_LAYOUT.metadata);
  const known = metadata !== undefined && (await verifyFile(path, metadata)) === "verified";
  return studyLicences(files, known ? await readMetadata(path) : null);
}

/** Writes `LICENCES.md` where its content is another. */
async function writeLicences(
  folder: string,
  { text }: StudyLicences,
  { existing }: Pick<FetchStudyOptions, "existing">,
): Promise<void> {
  const path = join(folder, LICENCES_FILE);
  const standing = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new FileError({
      path,
      reason: "unreadable",
      message: `cannot be read (${error.message}); move it away`,
      cause: error,
    });
  });
  if (standing === text) return;
  if (standing !== undefined && !standing.startsWith(LICENCES_TITLE) && existing !== "replace") {
    throw new FileError({
      path,
      reason: "different",
      message:
        "expected the licences of the study's files, found another text; move it away or allow to replace it",
    });
  }
  await writeFileAtomic(path, text);
}
