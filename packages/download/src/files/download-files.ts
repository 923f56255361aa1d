import { setMaxListeners } from "node:events";
import { mkdir } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { DownloadError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { chooseProxy } from "../transport/choose-proxy.js";
import {
  type ConnectionSettings,
  checkConnectionOptions,
  connectionSettings,
} from "../transport/connection-settings.js";
import { openNetwork } from "../transport/open-network.js";
import { openOrigins } from "../transport/origins.js";
import { publicUrl } from "../transport/public-url.js";
import { checkFiles } from "./check-files.js";
import { checkFreeSpace } from "./check-free-space.js";
import { diskFault } from "./disk-fault.js";
import type { DownloadOptions, DownloadPlan, DownloadResult } from "./download-options.js";
import { inParallel } from "./in-parallel.js";
import { type FolderLock, isLocked, lockFolder, sweepLock } from "./lock-folder.js";
import { nameSome } from "./name-some.js";
import { removePart } from "./part-file.js";
import { openProgressMeter, type ProgressMeter } from "./progress-meter.js";
import type { PublishedFile } from "./published-file.js";
import { type MissingFile, surveyFiles } from "./survey-files.js";
import { transferFile } from "./transfer-file.js";

const UNLISTED_BYTES = 1e9;

/**
 * Fills a folder with published files. Afterwards every final name holds the whole, verified file or what it held
 * before: bytes arrive in `<path>.covidxr-part` beside it, are checked by length and digests, flushed, and renamed. A part
 * that an interruption leaves is gone on with by the next call. One process at a time works in a folder; others wait
 * and then find the files there.
 *
 * Connections that end, 429 and 5xx are tried again with growing waits, `Retry-After` is heeded for all files of
 * that server; servers that do not know ranges are asked from the beginning; content that is whole but wrong is
 * thrown away and asked once more from each address.
 *
 * A link under a final name is followed; one to nothing is refused, since its disk may merely not be mounted.
 *
 * When every file is there, no lock is taken and no socket opened, and the connection options do not matter.
 *
 * @throws {InvalidArgumentError} (`files`) on a path that leaves the folder or stands twice, an address that is not
 * http or https, or no digest; (`digests`) on one that this Node cannot make; (`mirror`, `proxy`, …, or the variable's name) on options that are none.
 * @throws {FileError} `"different"` (see `existing`; also on a folder or device under a final name or a part's),
 * `"not-a-directory"` when a file or a link to nothing is where a folder is to be, `"unwritable"` when the folder cannot be written or the disk is
 * full, `"unreadable"`.
 * @throws {DownloadError} the first fault that is final; files that came before it stay.
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
 *   await downloadFiles([file], "data", { offline: true }); // opens no socket; leave it out to fetch
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
  checkOptions(options);
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
    // What the first fault stopped fails too, in its own ways.
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
  if (before.length === 0 || options.offline) {
    if (before.length > 0 && options.absent !== "skip") throw offlineError(files, before);
    await options.onPlan?.({ ...planOf(files, folder, before), replaced: [] });
    meterOf(files, before, options, stopper).end();
    sweepLock(folder);
    // Without the lock, only where nobody has it.
    if (!isLocked(folder)) await sweepParts(leftovers);
    signal.throwIfAborted();
    const notFound = before.map(({ file }) => ({ path: file.path, url: publicUrl(file.urls[0]!) }));
    const present = files.length - before.length;
    return { present, fetched: 0, transferredBytes: 0, replaced: [], notFound };
  }
  const settings = connectionSettings(options);
  // A proxy that is none is an error before anything is done, too.
  for (const { file } of before) {
    for (const url of file.urls)
      chooseProxy(new URL(settings.addressOf(url)), settings.proxy, settings.environment);
  }
  await makeFolder(folder);
  const lock = await lockFolder(folder, {
    signal,
    onWait: (path) =>
      options.onWait?.({
        url: pathToFileURL(folder).href,
        seconds: Number.NaN,
        cause: `another process downloads to this folder, or was killed there moments ago (${path})`,
      }),
    onLost: (error) => stopper.abort(error),
  });
  try {
    // Another process may have fetched them while this one waited.
    const places = before.map(({ index }) => index);
    const { missing } = await surveyFiles(files, folder, survey, places);
    await sweepParts(leftovers);
    const plan = planOf(files, folder, missing);
    await options.onPlan?.(plan);
    signal.throwIfAborted();
    await checkFreeSpace(folder, plan.missingBytes);
    return await transfer(files, folder, missing, { lock, settings, options, stopper });
  } finally {
    await lock.release();
  }
}

async function transfer(
  files: readonly PublishedFile[],
  folder: string,
  missing: readonly MissingFile[],
  means: {
    readonly lock: FolderLock;
    readonly settings: ConnectionSettings;
    readonly options: DownloadOptions;
    readonly stopper: AbortController;
  },
): Promise<DownloadResult> {
  const { lock, settings, options, stopper } = means;
  const { signal } = stopper;
  const meter = meterOf(files, missing, options, stopper);
  let transferredBytes = 0;
  const absences = new Map<MissingFile, DownloadError>();
  const stillToCome = (): number => Math.max(0, meter.total - meter.done);
  const network = await openNetwork(settings);
  try {
    const context = {
      network,
      origins: openOrigins((milliseconds) => settings.wait(milliseconds, signal)),
      settings,
      signal,
      onWait: options.onWait,
      onLength: meter.setLength,
      onHeld: meter.set,
      onReceived: (bytes: number) => {
        transferredBytes += bytes;
      },
      missing: stillToCome,
      unlistedBytes: options.unlistedBytes ?? UNLISTED_BYTES,
      assertSpace: () => checkFreeSpace(folder, stillToCome()),
      assertHeld: lock.assertHeld,
    };
    await inParallel(missing, options.concurrency ?? 8, async (file) => {
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

function checkOptions(options: DownloadOptions): void {
  const { concurrency = 1, existing = "refuse", absent = "refuse", unlistedBytes = 0 } = options;
  const refuse = (parameter: string, value: unknown, expected: string): never => {
    throw new InvalidArgumentError({ parameter, value, message: `expected ${expected}, got ${value}` });
  };
  if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
    refuse("concurrency", concurrency, "a whole number from 1");
  }
  if (!Number.isSafeInteger(unlistedBytes) || unlistedBytes < 0) {
    refuse("unlistedBytes", unlistedBytes, "a whole number of bytes from 0");
  }
  if (!["refuse", "replace"].includes(existing)) refuse("existing", existing, '"refuse" or "replace"');
  if (!["refuse", "skip"].includes(absent)) refuse("absent", absent, '"refuse" or "skip"');
  checkConnectionOptions(options);
}

function replacedBy(missing: readonly MissingFile[]): string[] {
  return missing.flatMap(({ file, replaces }) => (replaces ? [file.path] : []));
}

/** Removes parts that are of no use any more; that they stay harms nobody. */
async function sweepParts(parts: readonly string[]): Promise<void> {
  for (const part of parts) await removePart(part).catch(() => {});
}

/** Of a file whose length nobody knows yet, what is there of it counts. */
function sizesOf(files: readonly PublishedFile[], missing: readonly MissingFile[]) {
  const bytes = files.reduce((sum, file) => sum + (file.bytes ?? 0), 0);
  const open = missing.reduce((sum, { file, held }) => sum + (file.bytes ?? held), 0);
  const held = missing.reduce((sum, file) => sum + file.held, 0);
  const unlisted = missing.reduce((sum, file) => sum + (file.file.bytes === undefined ? file.held : 0), 0);
  return { total: bytes + unlisted, present: bytes + unlisted - open, missing: open - held };
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
  const sizes = sizesOf(files, missing);
  const start = {
    total: sizes.total,
    files: files.length,
    present: files.length - missing.length,
    presentBytes: sizes.present,
    held: new Map(missing.map(({ index, held }) => [index, held])),
  };
  return openProgressMeter(start, options.onProgress, (error) => stopper.abort(error));
}

function offlineError(files: readonly PublishedFile[], missing: readonly MissingFile[]): DownloadError {
  const names = nameSome(missing.map(({ file }) => file.path));
  return new DownloadError({
    url: publicUrl(missing[0]!.file.urls[0]!),
    reason: "offline",
    message:
      `${missing.length} of ${files.length} files are not there or differ, such as ${names}, and the network is not to be used; ` +
      "leave offline out, or put them there",
  });
}

async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw diskFault(folder, error);
  }
}
