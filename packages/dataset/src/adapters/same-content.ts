import { type FileHandle, open } from "node:fs/promises";
import { readFault } from "./file-fault.js";

const CHUNK = 1 << 18;

/**
 * Whether two files hold the same bytes. Nothing is read when their lengths differ.
 *
 * @throws {FileError} `"missing"` or `"unreadable"`.
 */
export async function sameContent(first: string, second: string): Promise<boolean> {
  const one = await openFile(first);
  try {
    const other = await openFile(second);
    try {
      return await compare(first, one, second, other);
    } finally {
      await other.close();
    }
  } finally {
    await one.close();
  }
}

async function compare(first: string, one: FileHandle, second: string, other: FileHandle): Promise<boolean> {
  const { size } = await one.stat();
  if (size !== (await other.stat()).size) return false;
  const length = Math.max(1, Math.min(CHUNK, size));
  const [left, right] = [Buffer.allocUnsafe(length), Buffer.allocUnsafe(length)];
  for (let at = 0; at < size; at += length) {
    const want = Math.min(length, size - at);
    await readFully(first, one, left, want, at);
    await readFully(second, other, right, want, at);
    if (left.compare(right, 0, want, 0, want) !== 0) return false;
  }
  return true;
}

/** Reads `length` bytes at `position` to the front of `buffer`; fewer where the file has shrunk meanwhile. */
async function readFully(
  path: string,
  handle: FileHandle,
  buffer: Buffer,
  length: number,
  position: number,
): Promise<void> {
  let done = 0;
  while (done < length) {
    const { bytesRead } = await handle
      .read(buffer, done, length - done, position + done)
      .catch((cause) => Promise.reject(readFault(path, "a file", cause)));
    if (bytesRead === 0) {
      throw readFault(path, "a file", new Error("it became shorter while it was read"));
    }
    done += bytesRead;
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw readFault(path, "a file", cause);
  }
}
