import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { FileError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";

const NAME = "LICENCES";

/** Names in the study folder that licences may take, for files and folders. */
const TAKEN = new RegExp(`^${NAME}(-.*)?\\.md$`, "i");

/**
 * Name of the file in the study folder that says under which licences the others stand: `LICENCES.md`, and
 * `LICENCES-<name>.md` for those of another manifest, so that none takes the place of another's.
 */
export function licencesFile(manifest: string | undefined): string {
  if (manifest === undefined) return `${NAME}.md`;
  // What some file system does not take in a name.
  return `${NAME}-${parse(manifest).name.replaceAll(/[\p{Cc}\p{Cs}<>:"|?*\\]/gu, "-")}.md`;
}

/** Whether a path in the study folder, or the folder at its beginning, has a name that licences may take. */
export function isLicencesPath(path: string): boolean {
  return TAKEN.test(path.split("/")[0]!);
}

/**
 * Writes licences beside the data. A last line with the text's SHA-256 tells by which later calls know it: a file that
 * someone has edited, or that was never written here, is left alone.
 *
 * @returns Whether the file holds the text now.
 * @throws {FileError} `"unreadable"` or `"unwritable"`.
 */
export async function writeLicences(folder: string, file: string, text: string): Promise<boolean> {
  const path = join(folder, file);
  const standing = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new FileError({
      path,
      reason: "unreadable",
      message: `cannot be read (${error.message}); move it away`,
      cause: error,
    });
  });
  const sealed = seal(text);
  if (standing !== undefined) {
    // As git or an editor may have made of the line ends.
    const plain = standing.replaceAll("\r\n", "\n");
    if (plain === sealed) return true;
    if (!isOwn(plain)) return false;
  }
  await writeFileAtomic(path, sealed);
  return true;
}

function seal(text: string): string {
  return `${text}\n<!-- sha256 of the text above: ${createHash("sha256").update(text).digest("hex")} -->\n`;
}

/** Whether a file is as it was written here. */
function isOwn(content: string): boolean {
  const end = content.lastIndexOf("\n<!-- sha256 ");
  return end >= 0 && content === seal(content.slice(0, end));
}
