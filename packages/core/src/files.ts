import { createHash } from "node:crypto";
import { mkdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import writeAtomically from "write-file-atomic";
import { FileError, InvalidArgumentError } from "./errors.js";
import { checkArguments } from "./options.js";
import { describeValue } from "./text.js";

/**
 * Writes a file atomically (temporary file, flush, rename): its final name holds either the whole new content or the
 * previous one, whatever happens meanwhile. Creates missing parent folders.
 *
 * @throws {FileError} with reason `"unwritable"` when the folder or file cannot be written.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  checkArguments({ path }, { path: "string" });
  if (typeof content !== "string") checkBytes("content", content);
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeAtomically(
      path,
      typeof content === "string"
        ? content
        : Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    );
  } catch (cause) {
    throw new FileError({
      path,
      reason: "unwritable",
      message: `cannot be written (${(cause as Error).message}); choose a folder that you may write to`,
      cause,
    });
  }
}

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
  const pathOf = (key: string): string => {
    if (/^[0-9a-f]{4,}$/.test(key)) return join(folder, key.slice(0, 2), `${key}.bin`);
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
      let entry: Buffer;
      try {
        entry = await readFile(path);
      } catch (cause) {
        if ((cause as NodeJS.ErrnoException).code === "ENOENT") return { state: "absent" };
        throw new FileError({
          path,
          reason: "unreadable",
          message: `cannot be read (${(cause as Error).message}); choose another cache folder`,
          cause,
        });
      }
      const content = entry.subarray(MAGIC.length + DIGEST_BYTES);
      const header = Buffer.concat([MAGIC, createHash("sha256").update(content).digest()]);
      if (!entry.subarray(0, header.length).equals(header)) return { state: "damaged" };
      return { state: "found", content };
    },
    async put(key, content) {
      checkBytes("content", content);
      const digest = createHash("sha256").update(content).digest();
      await writeFileAtomic(pathOf(key), Buffer.concat([MAGIC, digest, content]));
    },
  };
}

function checkBytes(parameter: string, value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected bytes (Uint8Array), got ${describeValue(value)}`,
  });
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
