import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { InvalidArgumentError } from "../errors.js";
import { checkArguments } from "../options.js";
import { describeValue } from "../text.js";
import { diskError } from "./disk.js";
import { sweepOnce, temporaryPath } from "./temporary-files.js";

/**
 * Writes a file atomically (temporary file, flush, rename): its final name holds either the whole new content or the
 * previous one, whatever happens meanwhile. Creates missing parent folders, replaces a link by the file, and removes
 * temporary files that killed processes left in the folder.
 *
 * @throws {FileError} with reason `"unwritable"` when the folder or file cannot be written.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
  checkArguments({ path }, { path: "string" });
  if (typeof content !== "string") checkBytes("content", content);
  await writeThrough(dirname(resolve(path)), path, content);
}

/** Writes a file atomically by way of a temporary file in `folder`, on the same disk. */
export async function writeThrough(
  folder: string,
  path: string,
  content: string | Uint8Array,
): Promise<void> {
  const temporary = temporaryPath(folder);
  try {
    await mkdir(folder, { recursive: true });
    await mkdir(dirname(path), { recursive: true });
    await sweepOnce(folder);
    const file = await open(temporary, "wx");
    try {
      // All of it, in as many calls as the disk needs.
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => {});
    throw diskError(path, cause, { bytes: Buffer.byteLength(content) });
  }
}

/** @throws {InvalidArgumentError} on what is no `Uint8Array`. */
export function checkBytes(parameter: string, value: unknown): asserts value is Uint8Array {
  if (value instanceof Uint8Array) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected bytes (Uint8Array), got ${describeValue(value)}`,
  });
}
