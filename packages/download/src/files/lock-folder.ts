import { randomUUID } from "node:crypto";
import fs from "node:fs";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { clock } from "../transport/clock.js";
import { diskError, errorCode } from "./disk.js";

/** Name of a folder's lock, itself a folder: creating one is atomic everywhere. */
export const LOCK_NAME = ".covidxr-download.lock";

const UPDATE = 4000;
const STALE = 15_000;
const POLL = 250;
/** Most that one look at a lock counts for: if this process itself was suspended meanwhile, that proves little. */
const LOOK = 1000;

/** A folder that no other process downloads to. */
export interface FolderLock {
  /** @throws {FileError} `"unwritable"` when another process has taken the folder meanwhile. */
  assertHeld(): Promise<void>;
  /** Releases the folder; harmless when it was lost. */
  release(): Promise<void>;
}

/**
 * Waits until only this process downloads to a folder. The holder refreshes its lock every 4 s; one that is 15 s old was
 * left by a dead process and is taken over. So is one whose time does not change while this process watches it for 15 s,
 * whatever that time is: clocks are set back, and those of two computers differ.
 *
 * @param details.onWait Called once, with the lock's path, when another process holds it.
 * @param details.onLost Called when another process took it, such as after this computer slept.
 * @throws {FileError} `"unwritable"`.
 * @throws the signal's reason.
 */
export async function lockFolder(
  folder: string,
  details: {
    readonly signal: AbortSignal;
    readonly onWait: (lock: string) => void;
    readonly onLost: (error: FileError) => void;
    /** Milliseconds of a monotonic clock. @defaultValue this process' own */
    readonly now?: () => number;
    /** @defaultValue a timer */
    readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  },
): Promise<FolderLock> {
  const { lock } = await import("proper-lockfile");
  keepFileLimitsHarmless();
  const path = join(folder, LOCK_NAME);
  const token = randomUUID();
  const lost = (cause?: unknown): FileError =>
    new FileError({
      path,
      reason: "unwritable",
      message:
        "this process was suspended for so long that another took the folder; run again, the download resumes",
      cause,
    });
  const options = {
    lockfilePath: path,
    realpath: false,
    retries: 0,
    update: UPDATE,
    stale: STALE,
    onCompromised: (cause: Error) => details.onLost(lost(cause)),
    fs: tokenFileSystem(token),
  };
  const { now = () => performance.now(), wait = clock.wait } = details;
  const watch = watchLock(path, now);
  let told = false;
  for (;;) {
    details.signal.throwIfAborted();
    try {
      const release = await lock(folder, options);
      return {
        async assertHeld() {
          const isHeld = fs.existsSync(join(path, token));
          if (!isHeld) throw lost();
        },
        // It only fails when there is nothing left to release.
        release: () => release().catch(() => {}),
      };
    } catch (error) {
      if (errorCode(error) !== "ELOCKED") throw diskError(path, error);
    }
    if (watch()) continue;
    if (!told) details.onWait(path);
    told = true;
    await wait(POLL, details.signal);
  }
}

/** Looks at a lock on each call, and removes it once its time has not changed for long; returns whether it did. */
function watchLock(path: string, now: () => number): () => boolean {
  let time: number | undefined;
  let still = 0;
  let looked = now();
  return () => {
    const found = fs.statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    const since = now() - looked;
    looked += since;
    still = found === time ? still + Math.min(since, LOOK) : 0;
    time = found;
    if (time === undefined || still < STALE) return false;
    still = 0;
    try {
      removeLock(path, "", time);
      return true;
    } catch (error) {
      if (errorCode(error) === "ELOCKED" || errorCode(error) === "ENOENT") return false;
      throw diskError(path, error);
    }
  };
}

/**
 * Node ignores SIGXFSZ, so that a write beyond `ulimit -f` is an error (EFBIG). proper-lockfile's exit handler ends the
 * process on that signal, unless someone else listens.
 */
function keepFileLimitsHarmless(): void {
  if (!process.listeners("SIGXFSZ").includes(ignore)) process.on("SIGXFSZ", ignore);
}

function ignore(): void {}

/** Whether a folder's lock exists, held or left behind. */
export function isLocked(folder: string): boolean {
  return fs.existsSync(join(folder, LOCK_NAME));
}

/** Removes a lock that a dead process left; leaves one that is held. */
export function sweepLock(folder: string): void {
  const path = join(folder, LOCK_NAME);
  if (!fs.existsSync(path)) return;
  try {
    removeLock(path, "");
  } catch {
    // Held by another process, or in a read-only folder: neither matters when all files are there.
  }
}

/**
 * The file system for proper-lockfile, with a token inside the lock's folder. Without it, two processes that find the
 * same old lock both remove "it", and the second one removes the first one's new lock. A token can only be unlinked
 * once, so one of them wins; and a folder with a token inside cannot be removed by accident.
 */
function tokenFileSystem(token: string): object {
  type Callback = (error: NodeJS.ErrnoException | null) => void;
  return {
    stat: fs.stat,
    utimes: fs.utimes,
    mkdir(path: string, callback: Callback) {
      fs.mkdir(path, (error) => {
        if (error) callback(error);
        else {
          fs.writeFile(join(path, token), "", (failure) => {
            if (!failure) callback(null);
            // Either another process removed it at once, or the disk is full.
            else fs.rmdir(path, () => callback(errorCode(failure) === "ENOENT" ? lockedError() : failure));
          });
        }
      });
    },
    rmdir(path: string, callback: Callback) {
      try {
        removeLock(path, token);
        callback(null);
      } catch (error) {
        callback(error as NodeJS.ErrnoException);
      }
    },
    rmdirSync: (path: string) => removeLock(path, token),
  };
}

/**
 * Removes the lock with this token, or one that is old.
 *
 * @param still Time of the lock that was watched for long enough to count as old.
 */
function removeLock(path: string, token: string, still = Number.NaN): void {
  const tokens = fs.readdirSync(path);
  const isOwn = tokens.includes(token);
  if (!isOwn) {
    const time = fs.statSync(path).mtimeMs;
    // The wall clock, since it is compared with a file's time.
    if (time !== still && Date.now() - time < STALE) throw lockedError();
  }
  for (const name of isOwn ? [token] : tokens) {
    try {
      fs.unlinkSync(join(path, name));
    } catch (error) {
      throw errorCode(error) === "ENOENT" ? lockedError() : error;
    }
  }
  try {
    fs.rmdirSync(path);
  } catch (error) {
    throw errorCode(error) === "ENOTEMPTY" ? lockedError() : error;
  }
}

/** What proper-lockfile throws for a lock that is held. */
function lockedError(): NodeJS.ErrnoException {
  return Object.assign(new Error("held by another process"), { code: "ELOCKED" });
}
