import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import { InvalidArgumentError, isCovidxrError } from "@covidxr/core";
import { diskError, errorCode } from "@covidxr/core/files-internal";
import { checkArguments } from "@covidxr/core/internal";
import type { PublishedFile } from "../options.js";
import { danglingLink } from "./disk.js";

export type DigestKind = keyof PublishedFile["digests"];

/** Digests, in the order in which they are compared. */
export const DIGESTS = [
  { kind: "sha256", name: "SHA-256", algorithm: "sha256", digits: 64 },
  { kind: "gitBlobSha1", name: "git blob SHA-1", algorithm: "sha1", digits: 40 },
  { kind: "md5", name: "MD5", algorithm: "md5", digits: 32 },
] as const satisfies readonly { kind: DigestKind; [key: string]: unknown }[];

const CHUNK = 1 << 20;

/** What is at a path, compared with what was expected there. */
export interface Comparison {
  readonly state: "verified" | "absent" | "different";
  /** Such as `"expected 5 bytes, got 7"`; only for `"different"`. */
  readonly difference?: string;
  /** What to do about something that a file cannot replace: a folder, a pipe, a device, a dangling link; undefined for a file. */
  readonly remedy?: string;
}

/**
 * Compares a file with what was published: first its length where known, then every digest given. Reads it once, in
 * pieces.
 *
 * @returns `"absent"` where nothing is; `"different"` for other content, and for anything that is not a file, such as a
 * folder or a dangling link.
 * @throws {FileError} `"unreadable"`.
 * @throws {InvalidArgumentError} (`digests`) on a digest that this Node cannot compute, such as MD5 in FIPS mode.
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
export async function verifyFile(
  path: string,
  expected: Pick<PublishedFile, "bytes" | "digests">,
): Promise<"verified" | "absent" | "different"> {
  checkArguments({ path, expected }, { path: "string", expected: "object" });
  checkArguments({ digests: expected.digests }, { digests: "object" });
  return (await compareFile(path, expected)).state;
}

/** {@link verifyFile} with the difference in words; throws the signal's reason when it fires. */
export async function compareFile(
  path: string,
  expected: Pick<PublishedFile, "bytes" | "digests">,
  signal?: AbortSignal,
): Promise<Comparison> {
  let file: FileHandle;
  try {
    const found = await stat(path);
    if (found.isDirectory()) return noFile("folder");
    // Opening a pipe would block.
    if (!found.isFile()) return noFile("pipe or device");
    file = await open(path, "r");
  } catch (error) {
    if (!["ENOENT", "ENOTDIR"].includes(errorCode(error)))
      throw diskError(path, error, { reason: "unreadable" });
    const target = await danglingLink(path);
    if (target === undefined) return { state: "absent" };
    return noFile(`link to ${target}, which does not exist`, "mount its disk or remove the link");
  }
  try {
    const { size } = await file.stat();
    const bytes = expected.bytes ?? size;
    if (size !== bytes) return differs(`${bytes} bytes`, `${size}`);
    // Only the digests given: not every Node can compute them all.
    const hashes = DIGESTS.flatMap(({ kind, name }) => {
      const digest = expected.digests[kind];
      return digest === undefined ? [] : [{ name, digest, hash: openDigest(kind, bytes) }];
    });
    const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(1, bytes)));
    for (let position = 0; position < bytes; ) {
      signal?.throwIfAborted();
      const { bytesRead } = await file.read(buffer, 0, buffer.length, position);
      if (bytesRead === 0) return differs(`${bytes} bytes`, `${position}`);
      for (const { hash } of hashes) hash.update(buffer.subarray(0, bytesRead));
      position += bytesRead;
    }
    for (const { name, digest, hash } of hashes) {
      const got = hash.digest("hex");
      if (got !== digest) return differs(`${name} ${digest}`, got);
    }
    return { state: "verified" };
  } catch (error) {
    if (signal?.aborted || isCovidxrError(error)) throw error;
    throw diskError(path, error, { reason: "unreadable" });
  } finally {
    await file.close();
  }
}

/**
 * Starts one digest of a file.
 *
 * @param bytes Length of the file, which git's digest begins with.
 * @throws {InvalidArgumentError} (`digests`) when this Node cannot compute it, such as MD5 in FIPS mode.
 */
export function openDigest(kind: DigestKind, bytes: number): Hash {
  const { name, algorithm } = DIGESTS.find((digest) => digest.kind === kind)!;
  let hash: Hash;
  try {
    hash = createHash(algorithm);
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "digests",
      value: kind,
      message:
        `expected digests that this Node can compute, got ${name}, which it or its OpenSSL forbids, as in FIPS mode; ` +
        "use one that allows it, or a list with SHA-256",
      cause,
    });
  }
  if (kind === "gitBlobSha1") hash.update(`blob ${bytes}\0`);
  return hash;
}

function noFile(kind: string, remedy = "move it away"): Comparison {
  return { state: "different", difference: `expected a file, got a ${kind}`, remedy };
}

function differs(expected: string, got: string): Comparison {
  return { state: "different", difference: `expected ${expected}, got ${got}` };
}
