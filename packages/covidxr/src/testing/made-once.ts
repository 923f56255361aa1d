import { existsSync } from "node:fs";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A folder that all suites of a Jest run share, made by the first that asks for it: `tmpdir()` is the run's own.
 *
 * @param make Fills the folder.
 */
export async function madeOnce(name: string, make: (folder: string) => Promise<void>): Promise<string> {
  const shared = join(tmpdir(), name);
  if (existsSync(shared)) return shared;
  const own = await mkdtemp(`${shared}-`);
  await make(own);
  // Another suite may have been faster.
  await rename(own, shared).catch(() => rm(own, { recursive: true }));
  return shared;
}
