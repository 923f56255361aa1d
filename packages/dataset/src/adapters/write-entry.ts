import { randomUUID } from "node:crypto";
import { createReadStream } from "node:fs";
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";
import { crc32 } from "node:zlib";
import { FileError } from "@covidxr/core";
import { diskError } from "@covidxr/core/files-internal";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { ZipFile } from "yauzl";
import { readError } from "../files.js";
import { type ArchiveEntry, archiveFault, corrupt } from "./archive-entries.js";

/**
 * Refuses a link among the folders between `root` and a file below it, and in the file's place: it may lead anywhere.
 *
 * @param checked Folders that were looked at; added to.
 * @throws {FileError} `"different"` with the link's path.
 */
export async function refuseLinks(root: string, path: string, checked: Set<string>): Promise<void> {
  let place = root;
  for (const name of path.split("/")) {
    place = join(place, name);
    if (checked.has(place)) continue;
    const found = await lstat(place).catch(() => undefined);
    if (found === undefined) return;
    if (found.isSymbolicLink()) {
      throw new FileError({
        path: place,
        reason: "different",
        message: "expected a file or folder of its own, found a link; remove it or choose another folder",
      });
    }
    if (found.isDirectory()) checked.add(place);
  }
}

/**
 * Whether the target is a file with the entry's length and CRC-32.
 *
 * @throws {FileError} `"different"` when the target is something else; `"unreadable"`.
 */
export async function holdsEntry(target: string, entry: ArchiveEntry): Promise<boolean> {
  try {
    const info = await stat(target);
    if (info.isFile() && info.size === entry.bytes) {
      let crc = 0;
      for await (const chunk of createReadStream(target)) crc = crc32(chunk as Buffer, crc);
      if (crc === entry.crc) return true;
    }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw readError(target, "a file", cause);
  }
  throw new FileError({
    path: target,
    reason: "different",
    message: "expected nothing or the archive's file, got another; choose another folder or move it away",
  });
}

/**
 * Unpacks an entry to `target`: into a hidden file beside it that is checked by length and CRC-32, flushed and renamed.
 *
 * @param onBytes Called with the number of each chunk's bytes.
 * @throws {FileError} `"corrupt"` (the archive), `"unwritable"` (the target; also when the disk is full).
 * @throws {InterruptedError} when `signal` fires.
 */
export async function writeEntry(
  archive: { readonly path: string; readonly zip: ZipFile },
  entry: ArchiveEntry,
  target: string,
  options: { readonly signal: AbortSignal | undefined; readonly onBytes: (bytes: number) => void },
): Promise<void> {
  const part = partBeside(target);
  const writing = <Result>(step: Promise<Result>): Promise<Result> =>
    step.catch((cause) => Promise.reject(diskError(target, cause, { bytes: entry.bytes })));
  await writing(mkdir(dirname(target), { recursive: true }));
  const handle = await writing(open(part, "wx"));
  try {
    try {
      await copy(archive, entry, handle, { ...options, writing });
      await writing(handle.sync());
    } finally {
      await handle.close();
    }
    await writing(rename(part, target));
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
}

async function copy(
  archive: { readonly path: string; readonly zip: ZipFile },
  { entry, path, bytes, crc }: ArchiveEntry,
  handle: FileHandle,
  options: {
    readonly signal: AbortSignal | undefined;
    readonly onBytes: (bytes: number) => void;
    readonly writing: <Result>(step: Promise<Result>) => Promise<Result>;
  },
): Promise<void> {
  const { signal, onBytes, writing } = options;
  let found = 0;
  let written = 0;
  const stream = await archive.zip
    .openReadStreamPromise(entry)
    .catch((cause) => Promise.reject(archiveFault(archive.path, cause)));
  const chunks: AsyncIterator<Buffer> = stream[Symbol.asyncIterator]();
  try {
    for (;;) {
      throwIfInterrupted(signal, "unpacking");
      const { done, value } = await chunks
        .next()
        .catch((cause) => Promise.reject(entryFault(archive.path, path, cause)));
      if (done) break;
      written += value.length;
      // yauzl holds a stream to the length that its entry declares; this does not depend on it.
      if (written > bytes)
        throw corrupt(archive.path, `entry ${JSON.stringify(path)} is longer than it declares`);
      found = crc32(value, found);
      await writing(handle.writeFile(value));
      onBytes(value.length);
    }
  } finally {
    stream.destroy();
  }
  if (written !== bytes)
    throw corrupt(archive.path, `entry ${JSON.stringify(path)} is shorter than it declares`);
  if (found !== crc) throw corrupt(archive.path, `entry ${JSON.stringify(path)} does not have its checksum`);
}

function entryFault(archive: string, path: string, cause: unknown): FileError {
  const { syscall, message } = cause as NodeJS.ErrnoException;
  if (syscall !== undefined) return archiveFault(archive, cause);
  return corrupt(archive, `entry ${JSON.stringify(path)} is torn (${message})`, cause);
}

/** Names of {@link partBeside}; no archive may bring such a name along, so that nothing else has it. */
const PART_NAME = /^\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.covidxr-part$/;

/** Milliseconds without a write after which a part counts as abandoned. */
const ABANDONED = 3_600_000;

/**
 * Path of a hidden file beside `target` that no other unpacker has: not one of this process, of another thread, or of
 * another container that sees the same folder and counts processes anew.
 */
function partBeside(target: string): string {
  return join(dirname(target), `.${randomUUID()}.covidxr-part`);
}

/** Removes abandoned parts from these folders; errors are ignored. */
export async function sweepParts(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (PART_NAME.test(name)) await sweepPart(join(folder, name)).catch(() => undefined);
    }
  }
}

async function sweepPart(part: string): Promise<void> {
  const found = await lstat(part);
  // The wall clock, since it is compared with a file's time.
  if (found.isFile() && Date.now() - found.mtimeMs >= ABANDONED) await rm(part, { force: true });
}
