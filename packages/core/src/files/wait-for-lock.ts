import { setTimeout } from "node:timers/promises";
import { type FolderLock, STALE, takeLock } from "./folder-lock.js";

const POLL = 250;
/** Most that one look at a lock counts for: if this process itself was suspended meanwhile, that proves little. */
const LOOK = 1000;

/** How a lock is waited for. */
export interface WaitForLockOptions {
  /** What this process does, without arguments: they can hold a password. */
  readonly command: string;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with the lock's path, when another process holds it. */
  readonly onWait?: (lock: string) => void;
  /** Milliseconds of a monotonic clock. @defaultValue this process' own */
  readonly now?: () => number;
  /** @defaultValue a timer */
  readonly wait?: (milliseconds: number) => Promise<void>;
}

/**
 * Waits until this process holds the lock at `path`. A process on another machine that gives no sign of life while this one
 * watches its lock for a minute is dead, whatever the lock's time is: clocks are set back.
 *
 * @throws {FileError} `"unwritable"`.
 * @throws the signal's reason.
 */
export async function waitForLock(path: string, options: WaitForLockOptions): Promise<FolderLock> {
  const { command, signal, onWait, now = () => performance.now(), wait = pause } = options;
  let watched = { token: "", renewed: Number.NaN };
  let still = 0;
  let looked = now();
  for (let told = false; ; told = true) {
    signal?.throwIfAborted();
    const taken = takeLock(path, { command, ...(still >= STALE && { abandoned: watched.token }) });
    if ("release" in taken) return taken;
    const since = now() - looked;
    looked += since;
    const isStill = taken.token === watched.token && taken.renewed === watched.renewed;
    still = isStill ? still + Math.min(since, LOOK) : 0;
    watched = taken;
    if (!told) onWait?.(path);
    await wait(POLL);
  }
}

async function pause(milliseconds: number): Promise<void> {
  await setTimeout(milliseconds);
}
