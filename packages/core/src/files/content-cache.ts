import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { InvalidArgumentError } from "../errors.js";
import { checkArguments } from "../options.js";
import { describeValue } from "../text.js";
import { diskError, errorCode } from "./disk.js";
import { sweepOnce } from "./temporary-files.js";
import { checkBytes, writeThrough } from "./write-file-atomic.js";

/** First bytes of every entry: the format and its version. */
const MAGIC = Buffer.from("covidxr1");
const DIGEST_BYTES = 32;

/** What a lookup found. */
export type CacheLookup =
  | { readonly state: "found"; readonly content: Uint8Array }
  | { readonly state: "absent" }
  /** An entry exists but was truncated or altered; its content must be computed again. */
  | { readonly state: "damaged" };

/** Results of long computations on disk, found by a key that names everything they were computed from. */
export interface ContentCache {
  readonly folder: string;
  /** @throws {FileError} with reason `"unreadable"` when the folder cannot be read at all. */
  get(key: string): Promise<CacheLookup>;
  /**
   * Stores `content`; a process that is killed leaves the whole entry or none.
   * @throws {FileError} with reason `"unwritable"`.
   */
  put(key: string, content: Uint8Array): Promise<void>;
}

/**
 * Opens a cache in `folder`, which is created when first needed. Entries carry the SHA-256 of their content, so that a
 * truncated or altered one is detected. Keys are hexadecimal digests, as {@link cacheKey} makes them.
 *
 * @example
 * ```ts
 * import { cacheKey, openContentCache } from "@covidxr/core/files";
 *
 * const cache = openContentCache("cache/features");
 * const key = cacheKey("vgg19", { width: 382, height: 320 });
 * await cache.put(key, new Uint8Array([1, 2, 3]));
 * const { state } = await cache.get(key);
 * console.log(state); // found
 * ```
 */
export function openContentCache(folder: string): ContentCache {
  checkArguments({ folder }, { folder: "string" });
  const root = resolve(folder);
  const pathOf = (key: string): string => {
    if (/^[0-9a-f]{4,}$/.test(key)) return join(root, key.slice(0, 2), `${key}.bin`);
    throw new InvalidArgumentError({
      parameter: "key",
      value: key,
      message: `expected a digest in hexadecimal, got ${describeValue(key)}; make one with cacheKey`,
    });
  };
  return {
    folder,
    async get(key) {
      const path = pathOf(key);
      await sweepOnce(root);
      let entry: Buffer;
      try {
        entry = await readFile(path);
      } catch (cause) {
        if (errorCode(cause) === "ENOENT") return { state: "absent" };
        throw diskError(path, cause, { reason: "unreadable" });
      }
      const content = entry.subarray(MAGIC.length + DIGEST_BYTES);
      const header = Buffer.concat([MAGIC, createHash("sha256").update(content).digest()]);
      if (!entry.subarray(0, header.length).equals(header)) return { state: "damaged" };
      return { state: "found", content };
    },
    async put(key, content) {
      checkBytes("content", content);
      const digest = createHash("sha256").update(content).digest();
      // Temporary files lie in one folder, which is quickly swept.
      await writeThrough(root, pathOf(key), Buffer.concat([MAGIC, digest, content]));
    },
  };
}

/** SHA-256 over `parts`, which are JSON values or bytes, in hexadecimal; different parts give different keys. */
export function cacheKey(...parts: readonly unknown[]): string {
  const hash = createHash("sha256");
  for (const part of parts) {
    const bytes = part instanceof Uint8Array ? part : Buffer.from(JSON.stringify(part) ?? "undefined");
    hash.update(`${bytes.byteLength}:`).update(bytes);
  }
  return hash.digest("hex");
}
