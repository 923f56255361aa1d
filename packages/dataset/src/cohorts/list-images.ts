import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { isImageName } from "../paths/image-name.js";
import { compareCodePoints } from "../tables/compare-code-points.js";

/**
 * Names of the images of a folder: files (or links to files) that end in `.jpg`, `.jpeg` or `.png` in any case.
 * Hidden files and subfolders, such as the `__MACOSX` that archives bring along, are left out.
 *
 * @returns Names in code-point order, the same on every machine; empty when there is none.
 * @throws {FileError} `"missing"`, `"not-a-directory"` or `"unreadable"`.
 */
export async function listImages(folder: string): Promise<string[]> {
  const entries = await readFolder(folder);
  const names: string[] = [];
  for (const entry of entries) {
    if (!isImageName(entry.name)) continue;
    const isFile = entry.isSymbolicLink() ? await pointsToFile(join(folder, entry.name)) : entry.isFile();
    if (isFile) names.push(entry.name);
  }
  return names.sort(compareCodePoints);
}

async function readFolder(folder: string) {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") {
      throw new FileError({
        path: folder,
        reason: "missing",
        message: "expected a folder of images, found nothing; check the path",
        cause,
      });
    }
    if (code === "ENOTDIR") {
      throw new FileError({
        path: folder,
        reason: "not-a-directory",
        message: "expected a folder of images, found a file; give its folder",
        cause,
      });
    }
    throw new FileError({
      path: folder,
      reason: "unreadable",
      message: `cannot be listed (${message}); check that you may read it`,
      cause,
    });
  }
}

async function pointsToFile(path: string): Promise<boolean> {
  return stat(path).then(
    (target) => target.isFile(),
    () => false, // a broken link is no image
  );
}
