import { dirname, join, resolve } from "node:path";
import { checkFreeSpace } from "@covidxr/core/files-internal";
import { checkArguments, checkOptions, throwIfInterrupted } from "@covidxr/core/internal";
import { makeFolder } from "../files.js";
import { type ArchiveEntry, openArchive } from "./archive-entries.js";
import { createTally, LEFT_OUT, type LeftOut } from "./collection.js";
import { isMacosName } from "./list-files.js";
import { holdsEntry, refuseLinks, sweepParts, writeEntry } from "./write-entry.js";

/** How far an archive is unpacked; files that were there before count as done. */
export interface UnpackProgress {
  /** Bytes on disk. */
  readonly done: number;
  readonly total: number;
  /** Files that are whole, of `files`. */
  readonly filesDone: number;
  readonly files: number;
}

/** Options of {@link unpackArchive}. */
export interface UnpackOptions {
  /**
   * Whether to unpack a file, by its path in the archive. Kaggle's archive holds everything twice:
   * `(path) => !path.startsWith("chest_xray/chest_xray/")` unpacks it once.
   *
   * @defaultValue all
   */
  readonly select?: (path: string) => boolean;
  /** Told after each piece of a file that was written. */
  readonly onProgress?: (progress: UnpackProgress) => void;
  readonly signal?: AbortSignal;
}

/** What {@link unpackArchive} did. */
export interface UnpackResult {
  /** Files that were unpacked. */
  readonly written: number;
  /** Files that were there before, with the same length and CRC-32. */
  readonly present: number;
  /** Length of both together. */
  readonly bytes: number;
  /** What macOS adds to archives, not unpacked. */
  readonly leftOut: readonly LeftOut[];
}

/**
 * Unpacks a .zip (also ZIP64) into a folder. Every final name holds the whole file, checked by length and CRC-32, or what
 * it held before; files that are there already are kept, so that a second call, or one after an interruption, writes what
 * is missing. Any number of calls may work in one folder at the same time. Nothing is written when an entry is hostile, when a
 * file would be replaced by another, or when the files declare more than the disk has room for, where the file system
 * tells it; none grows beyond what it declares. `__MACOSX`, `.DS_Store` and `._*` are left out. Links, modes and times are not
 * restored.
 *
 * A file comes under a hidden name beside its own (`.<UUID>.covidxr-part`). One that a killed process left there is removed
 * by the next call that unpacks to its folder, once an hour has passed since it was written to.
 *
 * @param folder Made when it is missing.
 * @throws {FileError} `"corrupt"`: no .zip, torn, encrypted, a wrong checksum, names that leave the folder, that some file
 * system does not keep as they are (`a.png:b`, `con`, `a.`, control characters) or would take for one, links, entries that share their data; `"different"`: another file stands where one goes, or a link in
 * its place or among its folders;
 * `"unwritable"`: no right or no room, files that came before stay; `"missing"` or `"unreadable"`: the archive.
 * @throws {InterruptedError} when `signal` fires; whole files stay.
 */
export async function unpackArchive(
  archive: string,
  folder: string,
  options: UnpackOptions = {},
): Promise<UnpackResult> {
  checkArguments({ archive, folder }, { archive: "string", folder: "string" });
  checkOptions(options, { select: "function?", onProgress: "function?", signal: "object?" });
  const { select = () => true, onProgress, signal } = options;
  const target = resolve(folder);
  const { zip, entries } = await openArchive(archive);
  try {
    const tally = createTally();
    const wanted: ArchiveEntry[] = [];
    for (const entry of entries) {
      if (entry.path.split("/").some(isMacosName)) tally.add(LEFT_OUT.macos, entry.path);
      else if (select(entry.path)) wanted.push(entry);
    }
    const missing: ArchiveEntry[] = [];
    const folders = new Set<string>();
    for (const entry of wanted) await refuseLinks(target, entry.path, folders);
    for (const entry of wanted) {
      throwIfInterrupted(signal, "unpacking");
      if (!(await holdsEntry(join(target, entry.path), entry))) missing.push(entry);
    }
    await sweepParts(new Set(wanted.map(({ path }) => dirname(join(target, path)))));
    const total = sumBytes(wanted);
    const toWrite = sumBytes(missing);
    if (missing.length > 0) {
      await makeFolder(target);
      await checkFreeSpace(target, toWrite);
    }
    let done = total - toWrite;
    let filesDone = wanted.length - missing.length;
    const report = (): void => onProgress?.({ done, total, filesDone, files: wanted.length });
    report();
    const onBytes = (bytes: number): void => {
      done += bytes;
      report();
    };
    for (const entry of missing) {
      await writeEntry({ path: archive, zip }, entry, join(target, entry.path), { signal, onBytes });
      filesDone++;
      report();
    }
    const present = wanted.length - missing.length;
    return { written: missing.length, present, bytes: total, leftOut: tally.list() };
  } finally {
    zip.close();
  }
}

function sumBytes(entries: readonly ArchiveEntry[]): number {
  return entries.reduce((sum, { bytes }) => sum + bytes, 0);
}
