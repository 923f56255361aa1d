import { join } from "node:path";
import { type FolderLock, isUnlocked, STALE, takeLock } from "@covidxr/core/files-internal";
import { clock } from "../transport/clock.js";

/** Name of a folder's lock. */
export const LOCK_NAME = ".covidxr-download.lock";

const COMMAND = "a download";
const POLL = 250;
/** Most that one look at a lock counts for: if this process itself was suspended meanwhile, that proves little. */
const LOOK = 1000;

/**
 * Waits until only this process downloads to a folder. A process on another machine that gives no sign of life while this
 * one watches its lock for a minute is dead, whatever the lock's time is: clocks are set back.
 *
 * @param details.onWait Called once, with the lock's path, when another process holds it.
 * @throws {FileError} `"unwritable"`.
 * @throws the signal's reason.
 */
export async function lockFolder(
  folder: string,
  details: {
    readonly signal: AbortSignal;
    readonly onWait: (lock: string) => void;
    /** Milliseconds of a monotonic clock. @defaultValue this process' own */
    readonly now?: () => number;
    /** @defaultValue a timer */
    readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  },
): Promise<FolderLock> {
  const { now = () => performance.now(), wait = clock.wait } = details;
  const path = join(folder, LOCK_NAME);
  let watched = { token: "", renewed: Number.NaN };
  let still = 0;
  let looked = now();
  for (let told = false; ; told = true) {
    details.signal.throwIfAborted();
    const taken = takeLock(path, {
      command: COMMAND,
      ...(still >= STALE && { abandoned: watched.token }),
    });
    if ("release" in taken) return taken;
    const since = now() - looked;
    looked += since;
    const isStill = taken.token === watched.token && taken.renewed === watched.renewed;
    still = isStill ? still + Math.min(since, LOOK) : 0;
    watched = taken;
    if (!told) details.onWait(path);
    await wait(POLL, details.signal);
  }
}

/** Whether no process downloads to a folder; the lock of one that has ended is removed. */
export function isFree(folder: string): boolean {
  try {
    return isUnlocked(join(folder, LOCK_NAME));
  } catch {
    // In a folder that may not be written or read; it does not matter when all files are there.
    return false;
  }
}
