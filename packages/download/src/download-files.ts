import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DownloadError, InterruptedError } from "@covidxr/core";
import {
  checkFreeSpace,
  diskError,
  type FolderLock,
  sweepTemporaryFiles,
} from "@covidxr/core/files-internal";
import { checkArguments } from "@covidxr/core/internal";
import { checkFiles } from "./files/check-files.js";
import { isFree, lockFolder } from "./files/lock-folder.js";
import { removePart } from "./files/part-file.js";
import { ProgressMeter, sizesOf } from "./files/progress.js";
import { inParallel, type MissingFile, nameSome, surveyFiles } from "./files/survey-files.js";
import { transferFile } from "./files/transfer-file.js";
import {
  checkDownloadOptions,
  type DownloadOptions,
  type DownloadPlan,
  type DownloadResult,
  type PublishedFile,
  type Settings,
  settingsOf,
} from "./options.js";
import { publicUrl } from "./transport/addresses.js";
import { openNetwork } from "./transport/network.js";
import { chooseProxy } from "./transport/proxies.js";
import { Origins } from "./transport/retries.js";

/**
 * Fills a folder with published files. Afterwards every final name holds the complete, verified file or what it held
 * before: bytes arrive in `<path>.covidxr-part` beside it, are checked by length and digests, flushed, and renamed.
 * Interrupted downloads resume. One process at a time works in a folder; others wait and then find the files there.
 *
 * Broken connections, 429 and 5xx are retried with growing waits; `Retry-After` applies to all files of that server.
 * Servers without ranges are asked from the beginning. Complete but wrong content is discarded and requested once more
 * from each address.
 *
 * A link under a final name is followed; a dangling one is refused, since its disk may just not be mounted.
 *
 * When every file is there, no lock is taken, no socket is opened, and the connection options do not matter.
 *
 * @throws {InvalidArgumentError} (`files`) on a path that leaves the folder or appears twice, an address that is not http
 * or https, or a missing digest; (`digests`) on one that this Node cannot compute; (`mirror`, `proxy`, …, or the variable's
 * name) on invalid options.
 * @throws {FileError} `"different"` (see `existing`; also on a folder or device under a final name or a part's),
 * `"not-a-directory"` when a file or a dangling link is where a folder is needed, `"unwritable"` when the folder cannot be
 * written or the disk is full, `"unreadable"`.
 * @throws {DownloadError} the first final failure; files that are already complete stay.
 * @throws {InterruptedError} when `signal` fires; parts stay.
 *
 * @example
 * ```ts
 * import { DownloadError } from "@covidxr/core";
 * import { downloadFiles } from "@covidxr/download";
 *
 * const file = {
 *   path: "images/a.jpg",
 *   bytes: 214757,
 *   digests: { sha256: "c2118b95cffbd986dcdb53474913360b5f6886eb2acd2964006af42c9a2eb8b0" },
 *   urls: ["https://host.example/a.jpg"],
 * };
 * try {
 *   await downloadFiles([file], "data", { offline: true }); // opens no socket; leave it out to download
 * } catch (error) {
 *   if (error instanceof DownloadError) console.log(error.reason);
 * } // offline
 * ```
 */
export async function downloadFiles(
  files: readonly PublishedFile[],
  folder: string,
  options: DownloadOptions = {},
): Promise<DownloadResult> {
  checkArguments({ files, folder }, { files: "objects", folder: "string" });
  checkDownloadOptions(options);
  checkFiles(files);
  const stopper = new AbortController();
  // Every transfer and every wait listens.
  setMaxListeners(0, stopper.signal);
  const interrupt = (): void =>
    stopper.abort(new InterruptedError({ operation: "download", message: "download was interrupted" }));
  if (options.signal?.aborted) interrupt();
  options.signal?.addEventListener("abort", interrupt, { once: true });
  try {
    stopper.signal.throwIfAborted();
    return await download(files, resolve(folder), options, stopper);
  } catch (error) {
    // Whatever the first failure stopped fails too, in its own ways.
    throw stopper.signal.aborted ? stopper.signal.reason : error;
  } finally {
    options.signal?.removeEventListener("abort", interrupt);
  }
}

async function download(
  files: readonly PublishedFile[],
  folder: string,
  options: DownloadOptions,
  stopper: AbortController,
): Promise<DownloadResult> {
  const { signal } = stopper;
  const survey = { replace: options.existing === "replace", signal };
  const { missing: before, leftovers } = await surveyFiles(files, folder, survey);
  await sweepTemporaryFiles(folder);
  if (before.length === 0 || options.offline) {
    if (before.length > 0 && options.absent !== "skip") throw offlineError(files, before);
    await options.onPlan?.({ ...planOf(files, folder, before), replaced: [] });
    meterOf(files, before, options, stopper).end();
    // Without holding the lock, hence only when nobody has it.
    if (isFree(folder)) await sweepParts(leftovers);
    signal.throwIfAborted();
    const notFound = before.map(({ file }) => ({ path: file.path, url: publicUrl(file.urls[0]!) }));
    const present = files.length - before.length;
    return { present, fetched: 0, transferredBytes: 0, replaced: [], notFound };
  }
  const settings = settingsOf(options);
  // An invalid proxy is an error before anything is done, too.
  for (const url of before.flatMap(({ file }) => file.urls)) {
    chooseProxy(new URL(settings.addressOf(url)), settings.proxy, settings.env);
  }
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(folder, error);
  });
  const lock = await lockFolder(folder, {
    signal,
    onWait: (path) =>
      options.onWait?.({
        url: pathToFileURL(folder).href,
        seconds: Number.NaN,
        cause: `another process downloads to this folder, or was killed there moments ago (${path})`,
      }),
  });
  try {
    // Another process may have downloaded them while this one waited.
    const places = before.map(({ index }) => index);
    const { missing } = await surveyFiles(files, folder, survey, places);
    await sweepParts(leftovers);
    const plan = planOf(files, folder, missing);
    await options.onPlan?.(plan);
    signal.throwIfAborted();
    await checkFreeSpace(folder, plan.missingBytes);
    return await transfer(files, folder, missing, { lock, settings, options, stopper });
  } finally {
    lock.release();
  }
}

async function transfer(
  files: readonly PublishedFile[],
  folder: string,
  missing: readonly MissingFile[],
  means: {
    readonly lock: FolderLock;
    readonly settings: Settings;
    readonly options: DownloadOptions;
    readonly stopper: AbortController;
  },
): Promise<DownloadResult> {
  const { lock, settings, options, stopper } = means;
  const { signal } = stopper;
  const meter = meterOf(files, missing, options, stopper);
  let transferredBytes = 0;
  const absences = new Map<MissingFile, DownloadError>();
  const network = await openNetwork(settings);
  try {
    const context = {
      folder,
      network,
      origins: new Origins((milliseconds) => settings.wait(milliseconds, signal)),
      settings,
      signal,
      meter,
      onReceived: (bytes: number) => {
        transferredBytes += bytes;
      },
      assertHeld: lock.assertHeld,
    };
    await inParallel(missing, settings.concurrency, async (file) => {
      try {
        const absence = await transferFile(file, context);
        if (absence) absences.set(file, absence);
        else meter.fileDone();
      } catch (error) {
        stopper.abort(error);
        throw error;
      }
    });
  } finally {
    meter.end();
    await network.close();
  }
  signal.throwIfAborted();
  const absent = missing.filter((file) => absences.has(file));
  if (absent.length > 0 && options.absent !== "skip") throw absences.get(absent[0]!);
  return {
    present: files.length - missing.length,
    fetched: missing.length - absent.length,
    transferredBytes,
    replaced: replacedBy(missing.filter((file) => !absences.has(file))),
    notFound: absent.map((file) => ({ path: file.file.path, url: absences.get(file)!.url })),
  };
}

function replacedBy(missing: readonly MissingFile[]): string[] {
  return missing.flatMap(({ file, replaces }) => (replaces ? [file.path] : []));
}

/** Removes parts that are of no use any more; one that cannot be removed does no harm. */
async function sweepParts(parts: readonly string[]): Promise<void> {
  for (const part of parts) await removePart(part).catch(() => {});
}

function planOf(
  files: readonly PublishedFile[],
  folder: string,
  missing: readonly MissingFile[],
): DownloadPlan {
  const sizes = sizesOf(files, missing);
  return {
    folder,
    files: files.length,
    present: files.length - missing.length,
    bytes: sizes.total,
    missingBytes: sizes.missing,
    replaced: replacedBy(missing),
  };
}

function meterOf(
  files: readonly PublishedFile[],
  missing: readonly MissingFile[],
  options: DownloadOptions,
  stopper: AbortController,
): ProgressMeter {
  return new ProgressMeter(files, missing, options.onProgress, (error) => stopper.abort(error));
}

function offlineError(files: readonly PublishedFile[], missing: readonly MissingFile[]): DownloadError {
  const names = nameSome(missing.map(({ file }) => file.path));
  return new DownloadError({
    url: publicUrl(missing[0]!.file.urls[0]!),
    reason: "offline",
    message:
      `${missing.length} of ${files.length} files are missing or differ, such as ${names}, and offline mode allows no download; ` +
      "leave out offline: true, or put them there",
  });
}
