import { type FileHandle, open, stat } from "node:fs/promises";
import { isCovidxrError } from "@covidxr/core";
import { danglingLink } from "./dangling-link.js";
import { diskFault, errorCode } from "./disk-fault.js";
import { type OpenDigest, openDigest } from "./open-digest.js";
import type { Digests, ExpectedContent } from "./published-file.js";

const CHUNK = 1 << 20;
/** What is no file and cannot be replaced by one. */
const noFile = (kind: string, remedy = "move it away"): Comparison => ({
  state: "different",
  difference: `expected a file, got a ${kind}`,
  remedy,
});

/** What stands at a path, against what was expected there. */
export type FileState = "verified" | "absent" | "different";

/**
 * Compares a file with what was published: length first where it is known, then every digest that is given. Reads it once, in pieces.
 *
 * @returns `"absent"` where nothing is; `"different"` for other content, and for what is no file, such as a folder or a
 * link to nothing.
 * @throws {FileError} `"unreadable"`.
 * @throws {InvalidArgumentError} (`digests`) on a digest that this Node cannot make, as MD5 in FIPS mode.
 *
 * @example
 * ```ts
 * import { verifyFile } from "@covidxr/download";
 *
 * await verifyFile("no-such-file.jpg", {
 *   bytes: 214757,
 *   digests: { sha256: "c2118b95cffbd986dcdb53474913360b5f6886eb2acd2964006af42c9a2eb8b0" },
 * }); // 'absent'
 * ```
 */
export async function verifyFile(path: string, expected: ExpectedContent): Promise<FileState> {
  return (await compareFile(path, expected)).state;
}

/** A comparison, with what differs in words. */
export interface Comparison {
  readonly state: FileState;
  /** Such as `"expected 5 bytes, got 7"`; undefined unless `state` is `"different"`. */
  readonly difference?: string;
  /** What to do about what cannot be replaced by a file: a folder, a pipe, a device, a link to nothing; undefined for a file. */
  readonly remedy?: string;
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
    if (!["ENOENT", "ENOTDIR"].includes(errorCode(error))) {
      throw diskFault(path, error, { reason: "unreadable" });
    }
    const target = await danglingLink(path);
    if (target === undefined) return { state: "absent" };
    return noFile(`link to ${target}, which is not there`, "mount its disk or remove the link");
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
    if (signal?.aborted || isCovidxrError(error)) throw error;
    throw diskFault(path, error, { reason: "unreadable" });
  } finally {
    await file.close();
  }
}

/** Those that are asked for alone: not every Node can make them all. */
function openHashes(bytes: number, digests: Digests): (OpenDigest & { readonly digest: string })[] {
  return (["sha256", "gitBlobSha1", "md5"] as const).flatMap((kind) => {
    const digest = digests[kind];
    return digest === undefined ? [] : [{ ...openDigest(kind, bytes), digest }];
  });
}
