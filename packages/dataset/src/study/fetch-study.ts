import { join } from "node:path";
import { DownloadError, FileError } from "@covidxr/core";
import { type DownloadOptions, type DownloadResult, downloadFiles, verifyFile } from "@covidxr/download";
import { readMetadata } from "../adapters/read-covid-chest-xray.js";
import { STUDY_LAYOUT } from "./constants.js";
import { licencesFile, type StudyLicences, studyLicences, writeLicences } from "./licences.js";
import { readManifest, type StudyFile, studyFiles } from "./manifest.js";

/** Options of {@link fetchStudy}. */
export interface FetchStudyOptions extends Omit<DownloadOptions, "absent"> {
  /** Path of another manifest ({@link readManifest}). @defaultValue the study's own ({@link studyFiles}) */
  readonly manifest?: string;
  /**
   * Called with the licences in words before the first request; not when every file is there, nor offline. Nothing is
   * fetched when it throws.
   */
  readonly onLicences?: (text: string) => void | Promise<void>;
}

/** Licences of a study that was fetched, and where they are told. */
export interface FetchedLicences extends StudyLicences {
  /** File in the study folder: `LICENCES.md`, or `LICENCES-<manifest's name>.md` for another manifest. */
  readonly file: string;
  /**
   * Whether that file holds `text`, and behind it a line with its SHA-256. False where someone has edited it or put it
   * there: it is left alone. False, too, where nothing was missing and it cannot be written, as on a read-only share.
   */
  readonly written: boolean;
}

/** What {@link fetchStudy} did. */
export interface FetchedStudy extends DownloadResult {
  readonly licences: FetchedLicences;
}

/** Without these there is no study, whatever images are there. */
const TABLES: readonly string[] = [STUDY_LAYOUT.metadata, STUDY_LAYOUT.list];

/**
 * Fills a study folder from where its files are published: whole, verified files or none, as {@link downloadFiles}
 * does it. `LICENCES.md` is written beside them before the first byte, and again with a count of the images' licences
 * once the metadata are there; {@link FetchedLicences} says when it is let be. What is there and verified is not fetched
 * again.
 *
 * An image that no address has, or that is not there offline, is named in the result's `notFound`; {@link locateFiles}
 * will call it missing.
 *
 * @param folder Study folder; made when it is not there.
 * @throws {MetadataError} on a manifest that is none, before anything is written; on metadata that cannot be read.
 * @throws {DownloadError} `"not-found"` for a table that no address has, once all other files are there, and when none of
 * the files is there or to be had; `"offline"` for the same without a network; otherwise the first fault that is final.
 * @throws {FileError} `"different"` on a file that stands under a name of the manifest with other content, unless
 * `existing` is `"replace"`; `"unwritable"`, `"unreadable"`; of the manifest also `"missing"`.
 * @throws {InvalidArgumentError} on options that are none.
 * @throws {InterruptedError} when `signal` fires; a later call goes on.
 */
export async function fetchStudy(folder: string, options: FetchStudyOptions = {}): Promise<FetchedStudy> {
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
    // A read-only share that holds everything is as good as any other.
    if (error instanceof FileError && result.fetched === 0) return false;
    throw error;
  });
  return { ...result, licences: { ...licences, file, written } };
}

/** Refuses a study that lacks a table, or everything. */
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
        "leave out --offline (offline: true), or put them there",
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
