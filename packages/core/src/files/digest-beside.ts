import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { FileError } from "../errors.js";
import { checkArguments } from "../options.js";
import { writeFileAtomic } from "./write-file-atomic.js";

/** Name of the file that holds another one's digest, as `sha256sum FILE > FILE.sha256` writes it. */
const besideOf = (path: string): string => `${path}.sha256`;

/**
 * Writes `FILE.sha256` beside a file, which `sha256sum --check` reads.
 *
 * @param sha256 The file's digest, lower-case hexadecimal.
 * @throws {FileError} `"unwritable"`.
 */
export async function writeDigestBeside(path: string, sha256: string): Promise<void> {
  checkArguments({ path, sha256 }, { path: "string", sha256: "string" });
  await writeFileAtomic(besideOf(path), `${sha256}  ${basename(path)}\n`);
}

/**
 * Compares a file with the `FILE.sha256` beside it.
 *
 * @param sha256 The digest of the file's content, lower-case hexadecimal.
 * @returns Whether there is one; then it is that of the content.
 * @throws {FileError} `"corrupt"` when the digests differ, or the file beside it is none of `sha256sum`; `"unreadable"`.
 */
export async function checkDigestBeside(path: string, sha256: string): Promise<boolean> {
  checkArguments({ path, sha256 }, { path: "string", sha256: "string" });
  const beside = besideOf(path);
  let text: string;
  try {
    text = await readFile(beside, "utf8");
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === "ENOENT") return false;
    throw new FileError({
      path: beside,
      reason: "unreadable",
      message: `expected the SHA-256 of ${basename(path)}, it cannot be read (${(cause as Error).message}); check its permissions, or move it away`,
      cause,
    });
  }
  const wanted = /^\\?([0-9a-f]{64})(?: [ *].*)?\r?\n?$/i.exec(text)?.[1]?.toLowerCase();
  if (wanted === undefined) {
    throw new FileError({
      path: beside,
      reason: "corrupt",
      message: `expected the SHA-256 of ${basename(path)}, as sha256sum writes it, got other text; write it again, or move it away`,
    });
  }
  if (wanted === sha256) return true;
  throw new FileError({
    path,
    reason: "corrupt",
    message: `expected content of SHA-256 ${wanted}, as ${basename(beside)} says, got ${sha256}; copy both again, or write the digest anew if the file was changed on purpose`,
  });
}
