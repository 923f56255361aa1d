import { randomBytes } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { hasEnded, OWN_TAG } from "./process-tag.js";

/** Independent of the final name, which may be as long as the file system allows. */
const NAME = /^\.covidxr-tmp-([0-9a-f]{8}-\d+-\d+)-[0-9a-f]{8}$/;

/** Milliseconds without a write after which the file of a process on another machine counts as abandoned. */
const ABANDONED = 3_600_000;

/** Path in `folder` for a file or folder that gets its final name once it is complete; names the process that owns it. */
export function temporaryPath(folder: string): string {
  return join(folder, `.covidxr-tmp-${OWN_TAG}-${randomBytes(4).toString("hex")}`);
}

/** Whether a file has a name of {@link temporaryPath}, of whatever process. */
export function isTemporaryName(name: string): boolean {
  return NAME.test(name);
}

/**
 * Removes the temporary files that ended processes left in a folder; those of running ones stay. Of a process on another
 * machine nobody knows whether it runs: its files are removed an hour after the last write. Errors are ignored.
 *
 * @param options.recursive Also in the folders below; links are not followed. @defaultValue false
 */
export async function sweepTemporaryFiles(
  folder: string,
  { recursive = false }: { readonly recursive?: boolean } = {},
): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
    const path = join(folder, entry.name);
    const tag = NAME.exec(entry.name)?.[1];
    if (tag !== undefined) {
      if (await isAbandoned(path, tag)) await rm(path, { recursive: true, force: true }).catch(() => {});
    } else if (recursive && entry.isDirectory()) await sweepTemporaryFiles(path, { recursive });
  }
}

async function isAbandoned(path: string, tag: string): Promise<boolean> {
  const ended = hasEnded(tag);
  if (ended !== undefined) return ended;
  const found = await lstat(path).catch(() => undefined);
  // The wall clock, since it is compared with a file's time.
  return found !== undefined && Date.now() - found.mtimeMs >= ABANDONED;
}

const swept = new Set<string>();

/** Sweeps a folder that this process uses for the first time. */
export async function sweepOnce(folder: string): Promise<void> {
  if (swept.has(folder)) return;
  swept.add(folder);
  await sweepTemporaryFiles(folder);
}
