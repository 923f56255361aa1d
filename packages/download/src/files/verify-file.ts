import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { FileError } from "@covidxr/core";
import { diskFault, errorCode } from "./disk-fault.js";
import type { Digests, ExpectedContent } from "./published-file.js";

const CHUNK = 1 << 20;
/** What is no file and cannot be replaced by one. */
const noFile = (kind: string): Comparison => ({
  state: "different",
  difference: `expected a file, got a ${kind}`,
  isFile: false,
});

/** What stands at a path, against what was expected there. */
export type FileState = "verified" | "absent" | "different";

/**
 * Compares a file with what was published: length first where it is known, then every digest that is given. Reads it once, in pieces.
 *
 * @returns `"absent"` where nothing is; `"different"` for other content, and for what is no file.
 * @throws {FileError} `"unreadable"`.
 */
export async function verifyFile(path: string, expected: ExpectedContent): Promise<FileState> {
  return (await compareFile(path, expected)).state;
}

/** A comparison, with what differs in words. */
export interface Comparison {
  readonly state: FileState;
  /** Such as `"expected 5 bytes, got 7"`; undefined unless `state` is `"different"`. */
  readonly difference?: string;
  /** False for what cannot be replaced by a file: a folder, a pipe, a device. @defaultValue true */
  readonly isFile?: boolean;
}

/** {@link verifyFile} with the difference in words; throws the signal's reason when it fires. */
export async function compareFile(
  path: string,
  expected: ExpectedContent,
  signal?: AbortSignal,
): Promise<Comparison> {
  let file: FileHandle;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return noFile("folder");
    // A pipe would never open.
    if (!found.isFile()) return noFile("pipe or device");
    file = await open(path, "r");
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(errorCode(error))) return { state: "absent" };
    throw diskFault(path, error, { reason: "unreadable" });
  }
  try {
    const { size } = await file.stat();
    const bytes = expected.bytes ?? size;
    if (size !== bytes) return { state: "different", difference: `expected ${bytes} bytes, got ${size}` };
    const hashes = openHashes(bytes, expected.digests);
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, bytes)));
    for (let position = 0; position < bytes; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) {
        return { state: "different", difference: `expected ${bytes} bytes, got ${position}` };
      }
      for (const { hash } of hashes) hash.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    for (const { name, hash, digest } of hashes) {
      const got = hash.digest("hex");
      if (got !== digest) return { state: "different", difference: `expected ${name} ${digest}, got ${got}` };
    }
    return { state: "verified" };
  } catch (error) {
    if (signal?.aborted || error instanceof FileError) throw error;
    throw diskFault(path, error, { reason: "unreadable" });
  } finally {
    await file.close();
  }
}

function openHashes(
  bytes: number,
  digests: Digests,
): { readonly name: string; readonly hash: Hash; readonly digest: string }[] {
  const all: [keyof Digests, string, Hash][] = [
    ["sha256", "SHA-256", createHash("sha256")],
    ["gitBlobSha1", "git blob SHA-1", createHash("sha1").update(`blob ${bytes}\0`)],
    ["md5", "MD5", createHash("md5")],
  ];
  return all.flatMap(([key, name, hash]) => {
    const digest = digests[key];
    return digest === undefined ? [] : [{ name, hash, digest }];
  });
}
