import { randomUUID } from "node:crypto";
import { lstat, readdir, rm } from "node:fs/promises";
import { dirname, join } from "node:path";

/** Names of {@link partBeside}; no archive may bring such a name along, so that nothing else has it. */
const PART_NAME = /^\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.covidxr-part$/;

/** Milliseconds after which a part that nobody wrote to is one that an unpacker left behind. */
const ABANDONED = 3_600_000;

/**
 * Path of a hidden file beside `target` that no other unpacker has: not one of this process, of another thread, or of
 * another container that sees the same folder and counts processes anew.
 */
export function partBeside(target: string): string {
  return join(dirname(target), `.${randomUUID()}.covidxr-part`);
}

/** Removes parts that were left behind in these folders; what cannot be looked at or removed stays. */
export async function sweepParts(folders: Iterable<string>): Promise<void> {
  for (const folder of folders) {
    for (const name of await readdir(folder).catch(() => [])) {
      if (PART_NAME.test(name)) await sweepPart(join(folder, name)).catch(() => undefined);
    }
  }
}

async function sweepPart(part: string): Promise<void> {
  const found = await lstat(part);
  // The wall clock, since it is compared with a file's time.
  if (found.isFile() && Date.now() - found.mtimeMs >= ABANDONED) await rm(part, { force: true });
}
