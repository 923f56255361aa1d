import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** Written last, so that its presence says that everything before it is whole. */
export const MANIFEST_NAME = "phantom-study.json";

/** Raise it with every change that alters a byte of what is written. */
export const FORMAT_VERSION = 1;

export interface Manifest {
  readonly synthetic: true;
  readonly version: number;
  /** The options, and nothing else, as they were resolved. */
  readonly options: unknown;
  /** Every other file of the study with its size in bytes. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** Whether `dir` holds a whole study made with `options` by this version. */
export async function isComplete(dir: string, options: unknown): Promise<boolean> {
  const manifest = await readManifest(dir);
  if (manifest?.version !== FORMAT_VERSION) return false;
  if (JSON.stringify(manifest.options) !== JSON.stringify(options)) return false;
  for (const { path, bytes } of manifest.files) {
    const found = await stat(join(dir, path)).catch(() => undefined);
    if (found?.size !== bytes) return false;
  }
  return true;
}

/** A manifest that is absent or damaged is no manifest: the study is made again. */
async function readManifest(dir: string): Promise<Manifest | undefined> {
  try {
    return JSON.parse(await readFile(join(dir, MANIFEST_NAME), "utf8")) as Manifest;
  } catch {
    return undefined;
  }
}
