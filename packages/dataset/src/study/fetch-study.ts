import { join } from "node:path";
import { DownloadError, FileError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import { type DownloadOptions, downloadFiles, verifyFile } from "@covidxr/download";
import { DOWNLOAD, type DownloadResult } from "@covidxr/download/internal";
import { readMetadata } from "../adapters/read-covid-chest-xray.js";
import { STUDY_LAYOUT } from "./constants.js";
import { licencesFile, type StudyLicences, studyLicences, writeLicences } from "./licences.js";
import { readManifest, type StudyFile, studyFiles } from "./manifest.js";

/** Options of {@link fetchStudy}. */
export interface FetchStudyOptions extends Omit<DownloadOptions, "absent"> {
  /** Path of another manifest (`readManifest`). @defaultValue the study's own */
  readonly manifest?: string;
  /**
   * Called with the text of the licences before the first request; not when every file is present, nor offline. Throw
   * to refuse: nothing is downloaded then.
   */
  readonly onLicences?: (text: string) => void | Promise<void>;
}

/** Licences of a downloaded study, and the file that states them. */
export interface FetchedLicences extends StudyLicences {
  /** File in the study folder: `LICENCES.md`, or `LICENCES-<manifest's name>.md` for another manifest. */
  readonly file: string;
  /**
   * Whether that file holds `text`, followed by a line with its SHA-256. False where someone has edited or added it: it
   * is left alone. Also false where nothing was missing and it cannot be written, as on a read-only share.
   */
  readonly written: boolean;
}

/** What {@link fetchStudy} did. */
export interface FetchedStudy extends DownloadResult {
  readonly licences: FetchedLicences;
}

/** Tables without which the study cannot run. */
const TABLES: readonly string[] = [STUDY_LAYOUT.metadata, STUDY_LAYOUT.list];

/**
 * Downloads the files of a study: whole, verified files or none, as {@link downloadFiles} does. `LICENCES.md`
 * is written beside them before the first byte, and again with a count of the images' licences once the metadata are there; it
 * is left alone where somebody edited it. Verified files are not downloaded again.
 *
 * Images that are unavailable, or missing when offline, are listed in `notFound`; `locateFiles` marks them as
 * missing.
 *
 * @param folder Study folder; created when missing.
 * @throws {MetadataError} on an invalid manifest, before anything is written; on invalid metadata.
 * @throws {DownloadError} `"not-found"` for a table that is unavailable, once all other files are downloaded, and when no
 * file is present or available; `"offline"` for the same without a network; otherwise the first final error.
 * @throws {FileError} `"different"` on a file of the manifest that exists with other content, unless `existing` is
 * `"replace"`; `"unwritable"`, `"unreadable"`; of the manifest also `"missing"`.
 * @throws {InvalidArgumentError} on invalid options.
 * @throws {InterruptedError} when `signal` fires; a later call resumes.
 */
export async function fetchStudy(folder: string, options: FetchStudyOptions = {}): Promise<FetchedStudy> {
  checkArguments({ folder }, { folder: "string" });
  const { absent: _, ...kinds } = DOWNLOAD;
  checkOptions(options, { ...kinds, manifest: "string?", onLicences: "function?" });
  const { manifest, onLicences, onPlan, ...transfer } = options;
  const files = manifest === undefined ? studyFiles() : await readManifest(manifest);
  const file = licencesFile(manifest);
  const result = await downloadFiles(files, folder, {
    ...transfer,
    absent: "skip",
    onPlan: async (plan) => {
      if (plan.present < plan.files && !options.offline) {
        const { text } = await licencesIn(folder, files);
        await writeLicences(folder, file, text);
        await onLicences?.(text);
      }
      await onPlan?.(plan);
    },
  });
  checkUsable(result, files.length, options.offline === true);
  const licences = await licencesIn(folder, files);
  const written = await writeLicences(folder, file, licences.text).catch((error: unknown) => {
    // A read-only share that holds everything is fine.
    if (error instanceof FileError && result.fetched === 0) return false;
    throw error;
  });
  return { ...result, licences: { ...licences, file, written } };
}

/** Refuses a study without a table, or without any file. */
function checkUsable({ present, fetched, notFound }: DownloadResult, files: number, offline: boolean): void {
  const missing = notFound.find(({ path }) => TABLES.includes(path));
  const isEmpty = present + fetched === 0;
  const absent = missing ?? (isEmpty ? notFound[0] : undefined);
  if (absent === undefined) return;
  const { path, url } = absent;
  const expected = isEmpty
    ? `expected the study's files, found none of ${files}, such as ${path},`
    : `expected the table ${path}, found none`;
  if (offline) {
    throw new DownloadError({
      url,
      reason: "offline",
      message:
        `${expected} in the folder (${notFound.length} of ${files} files are missing), and offline mode allows no download; ` +
        "leave out offline: true, or put them there",
    });
  }
  throw new DownloadError({
    url,
    reason: "not-found",
    message: `${expected} at ${isEmpty ? "their" : "its"} addresses; check the mirror or the manifest`,
  });
}

/** Licences of a folder's files, those of single images where its metadata are the published ones. */
async function licencesIn(folder: string, files: readonly StudyFile[]): Promise<StudyLicences> {
  const metadata = files.find(({ path }) => path === STUDY_LAYOUT.metadata);
  const path = join(folder, STUDY_LAYOUT.metadata);
  const known = metadata !== undefined && (await verifyFile(path, metadata)) === "verified";
  return studyLicences(files, known ? await readMetadata(path) : null);
}
