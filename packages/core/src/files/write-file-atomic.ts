import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import writeAtomically from "write-file-atomic";
import { FileError } from "../errors.js";

/**
 * Writes a file so that its final name holds either the whole new content or what stood there before, whatever
 * happens meanwhile (temporary file, flush, rename). Missing parent folders are made.
 *
 * @throws {FileError} with reason `"unwritable"` when the folder or file cannot be written.
 */
export async function writeFileAtomic(path: string, content: string | Uint8Array): Promise<void> {
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
