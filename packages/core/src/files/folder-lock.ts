import { randomBytes } from "node:crypto";
import fs from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { FileError } from "../errors.js";
import { diskError, errorCode } from "./disk.js";
import { hasEnded, OWN_TAG } from "./process-tag.js";
import { temporaryPath } from "./temporary-files.js";

/** Milliseconds between two signs of life. */
const HEARTBEAT = 5000;

/** Milliseconds without a sign of life after which a process on another machine counts as dead. */
export const STALE = 60_000;

/** Who holds a lock. */
export interface LockOwner {
  /** What it does, such as `"covidxr reproduce"`. */
  readonly command: string;
  readonly pid: number;
  readonly hostname: string;
  /** Time at which it took the lock (ISO 8601). */
  readonly since: string;
  /** Name of the file in the lock that it renews; no other lock ever has the same. */
  readonly token: string;
  /** When it last did so, in milliseconds of the disk's clock. */
  readonly renewed: number;
}

/** A folder that no other process writes to. */
export interface FolderLock {
  /** @throws {FileError} `"in-use"` when another process took the lock, since this one gave no sign of life for long. */
  assertHeld(): void;
  /** Releases the folder; harmless when it was lost or released before. */
  release(): void;
}

/** How a lock is taken. */
export interface LockOptions {
  /** What this process does, without arguments: they can hold a password. */
  readonly command: string;
  /** Token of a process on another machine that counts as dead, whatever its age. @defaultValue none */
  readonly abandoned?: string;
}

/**
 * Takes the lock at `path`, or says who holds it. A lock is a folder with one file, its token; it appears with its token
 * inside (rename), and a token is removed once, so that of two processes that find a dead lock one takes it. The lock of a
 * process that has ended is taken over at once; while it runs, it keeps the lock, however busy or suspended. Of a process
 * on another machine nobody knows: it writes its token again every 5 s, and loses the lock after a minute without.
 *
 * @param path In the folder that it locks, which exists.
 * @throws {FileError} `"unwritable"`.
 */
export function takeLock(path: string, { command, abandoned }: LockOptions): FolderLock | LockOwner {
  const token = `${OWN_TAG}-${randomBytes(4).toString("hex")}`;
  const made = temporaryPath(dirname(path));
  const owner = { command, pid: process.pid, hostname: hostname(), since: new Date().toISOString() };
  const text = `${JSON.stringify(owner)}\n`;
  try {
    fs.mkdirSync(made);
    fs.writeFileSync(join(made, token), text);
    const now = fs.statSync(join(made, token)).mtimeMs;
    for (;;) {
      try {
        fs.renameSync(made, path);
        return hold(path, token, text);
      } catch (error) {
        if (!fs.lstatSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
      }
      const found = lookAtLock(path);
      if (found === undefined) continue;
      const isSilent = found.token === abandoned || now - found.renewed > STALE;
      const isDead = hasEnded(tagOf(found.token)) ?? isSilent;
      if (!isDead) return found;
      removeLock(path, found.token);
    }
  } catch (cause) {
    throw diskError(path, cause);
  } finally {
    fs.rmSync(made, { recursive: true, force: true });
  }
}

/** Who holds the lock at `path`, be it dead or alive; undefined when nobody does. */
function lookAtLock(path: string): LockOwner | undefined {
  try {
    const [token] = fs.readdirSync(path);
    if (token === undefined) {
      // What a process left that died while it removed its lock.
      fs.rmdirSync(path);
      return undefined;
    }
    const file = join(path, token);
    const renewed = fs.statSync(file).mtimeMs;
    return { ...parseOwner(fs.readFileSync(file, "utf8")), token, renewed };
  } catch (error) {
    if (["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errorCode(error))) return undefined;
    throw diskError(path, error, { reason: "unreadable" });
  }
}

/** Whether nobody holds the lock at `path`; what a dead process left is removed. */
export function isUnlocked(path: string): boolean {
  const found = lookAtLock(path);
  if (found === undefined) return true;
  // The wall clock, since it is compared with a file's time.
  if (!(hasEnded(tagOf(found.token)) ?? Date.now() - found.renewed > STALE)) return false;
  removeLock(path, found.token);
  return true;
}

/** The error of a folder that another process writes to. */
export function inUse(folder: string, lock: string, owner: LockOwner): FileError {
  const { command, pid, hostname: host, since } = owner;
  return new FileError({
    path: folder,
    reason: "in-use",
    message:
      `in use by ${command} (process ${pid} on ${host}, since ${since}); wait until it ends or choose another folder; ` +
      `if there is no such process, remove ${lock}`,
  });
}

const tagOf = (token: string): string => token.slice(0, token.lastIndexOf("-"));

function parseOwner(text: string): Pick<LockOwner, "command" | "pid" | "hostname" | "since"> {
  const unknown = { command: "another program", pid: Number.NaN, hostname: "an unknown machine", since: "?" };
  try {
    return { ...unknown, ...JSON.parse(text) };
  } catch {
    return unknown;
  }
}

const held = new Set<() => void>();

function hold(path: string, token: string, text: string): FolderLock {
  const file = join(path, token);
  // Writes over itself: the disk's clock sets the time, and a file that is gone stays gone.
  const renew = (): void => void fs.promises.writeFile(file, text, { flag: "r+" }).catch(() => {});
  const timer = setInterval(renew, HEARTBEAT).unref();
  const release = (): void => {
    clearInterval(timer);
    held.delete(release);
    try {
      removeLock(path, token);
    } catch {
      // The next process finds that this one has ended.
    }
  };
  if (!process.listeners("exit").includes(releaseAll)) process.on("exit", releaseAll);
  held.add(release);
  return {
    assertHeld() {
      if (fs.existsSync(file)) return;
      throw new FileError({
        path,
        reason: "in-use",
        message: "another process took the folder, as this one gave no sign of life for too long; run again",
      });
    },
    release,
  };
}

function releaseAll(): void {
  for (const release of held) release();
}

/** Removes the lock with this token; leaves another one. */
function removeLock(path: string, token: string): void {
  try {
    fs.unlinkSync(join(path, token));
    fs.rmdirSync(path);
  } catch (error) {
    if (!["ENOENT", "ENOTEMPTY", "EEXIST"].includes(errorCode(error))) throw error;
  }
}
