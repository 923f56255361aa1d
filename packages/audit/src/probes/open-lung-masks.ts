import { readdir, readFile } from "node:fs/promises";
import { join, parse } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import { decodeImage, type GreyImage } from "@covidxr/image";

/** Suffix that the name of a mask may add to that of its image. */
const SUFFIX = "_mask";

/** Lung masks in a folder. */
export interface LungMasks {
  readonly folder: string;
  /** Names of the images with a mask, without extension, sorted. */
  readonly stems: readonly string[];
  /**
   * Reads the mask of the image at `path`, found by its file name without extension; undefined where there is none. Each
   * call reads the file.
   *
   * @throws {FileError} with reason `"unreadable"`.
   * @throws {ImageError} when the mask cannot be decoded.
   */
  maskOf(path: string): Promise<GreyImage | undefined>;
}

/**
 * Lists the lung masks in a folder: the mask of `NAME.jpg` is `NAME.png` or `NAME_mask.png`. A value above 0 in any channel
 * is lung. Other files and subfolders are ignored.
 *
 * @throws {FileError} when the folder cannot be listed, with reason `"missing"`, `"not-a-directory"` or `"unreadable"`.
 * @throws {InvalidArgumentError} when there are two masks of one name, or none at all.
 */
export async function openLungMasks(folder: string): Promise<LungMasks> {
  checkArguments({ folder }, { folder: "string" });
  const fileOf = new Map<string, string>();
  for (const file of (await list(folder)).sort()) {
    const { name, ext } = parse(file);
    if (ext.toLowerCase() !== ".png") continue;
    const stem = name.endsWith(SUFFIX) ? name.slice(0, -SUFFIX.length) : name;
    const other = fileOf.get(stem);
    if (other !== undefined) {
      throw new InvalidArgumentError({
        parameter: "folder",
        value: folder,
        message: `expected one mask of "${stem}", got ${other} and ${file}; remove one`,
      });
    }
    fileOf.set(stem, file);
  }
  if (fileOf.size === 0) {
    throw new InvalidArgumentError({
      parameter: "folder",
      value: folder,
      message: `expected masks named NAME.png or NAME_mask.png in ${folder}, found none; check the folder`,
    });
  }
  return {
    folder,
    stems: [...fileOf.keys()],
    async maskOf(path) {
      const file = fileOf.get(parse(path).name);
      return file === undefined ? undefined : readMask(join(folder, file));
    },
  };
}

async function list(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const reason = code === "ENOENT" ? "missing" : code === "ENOTDIR" ? "not-a-directory" : "unreadable";
    const found = { missing: "nothing", "not-a-directory": "a file", unreadable: "one that cannot be read" };
    throw new FileError({
      path: folder,
      reason,
      message: `expected a folder of lung masks, found ${found[reason]}; check the path`,
      cause,
    });
  }
}

async function readMask(path: string): Promise<GreyImage> {
  // Of sixteen bits, too, every value above 0 is lung.
  const window = { center: 1, width: 1 };
  const { width, height, data } = await decodeImage(await readBytes(path), { name: path, window });
  const mask = new Uint8Array(width * height);
  for (let i = 0; i < mask.length; i++) {
    mask[i] = Math.max(data[3 * i]!, data[3 * i + 1]!, data[3 * i + 2]!);
  }
  return { width, height, data: mask };
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new FileError({
      path,
      reason: "unreadable",
      message: `expected a readable lung mask, got "${(cause as Error).message}"; check its permissions`,
      cause,
    });
  }
}
