import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, expect, test } from "@jest/globals";
import { type FolderLock, inUse, isUnlocked, type LockOwner, takeLock } from "./folder-lock.js";
import { OWN_TAG } from "./process-tag.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "covidxr-lock-"));
  path = join(folder, ".lock");
});

/** Tag of a process of this machine that has ended. */
const ended = (): string => OWN_TAG.replace(/-\d+-/, `-${spawnSync(process.execPath, ["-e", ""]).pid}-`);
/** Tag of a process with this one's number that started at another time. */
const REUSED = OWN_TAG.replace(/\d+$/, "1");
const ELSEWHERE = "00000000-17-4";

/** Another process' lock, renewed some seconds ago. */
function lockOf(tag: string, secondsAgo = 0): void {
  mkdirSync(path);
  const token = join(path, `${tag}-0123abcd`);
  writeFileSync(
    token,
    JSON.stringify({ command: "covidxr audit", pid: 17, hostname: "ward", since: "noon" }),
  );
  const time = Date.now() / 1000 - secondsAgo;
  utimesSync(token, time, time);
}

const take = (): FolderLock => {
  const lock = takeLock(path, { command: "covidxr test" });
  if (!("release" in lock)) throw inUse(folder, path, lock);
  return lock;
};
const ownerOf = (): LockOwner => takeLock(path, { command: "covidxr test" }) as LockOwner;

test("a second holder is told who the first is, and gets the lock after it", () => {
  const first = take();
  const owner = ownerOf();
  expect(owner).toMatchObject({ command: "covidxr test", pid: process.pid });
  expect(inUse(folder, path, owner)).toMatchObject({ name: "FileError", reason: "in-use", path: folder });
  expect(inUse(folder, path, owner).message).toContain(`covidxr test (process ${process.pid} on `);
  first.assertHeld();
  first.release();
  expect(() => first.assertHeld()).toThrow(expect.objectContaining({ reason: "in-use" }));
  const second = take();
  first.release();
  second.assertHeld();
  second.release();
  expect(readdirSync(folder)).toEqual([]);
});

test("the lock of a process that has ended is taken over at once", () => {
  lockOf(ended());
  take().release();
  lockOf(ended());
  expect([isUnlocked(path), readdirSync(folder)]).toEqual([true, []]);
  mkdirSync(path);
  take().release();
});

(process.platform === "linux" ? test : test.skip)(
  "a process number that was given anew is another process",
  () => {
    lockOf(REUSED);
    take().release();
  },
);

test("a process of this machine keeps its lock, however long it computes", () => {
  lockOf(OWN_TAG, 1e6);
  expect(ownerOf()).toMatchObject({ command: "covidxr audit", pid: 17, hostname: "ward", since: "noon" });
  expect(isUnlocked(path)).toBe(false);
});

test("a process of another machine loses its lock a minute after its last sign of life", () => {
  lockOf(ELSEWHERE, 50);
  expect(ownerOf()).toMatchObject({ hostname: "ward" });
  rmSync(path, { recursive: true });
  lockOf(ELSEWHERE, 70);
  const lock = take();
  rmSync(path, { recursive: true });
  lockOf(ELSEWHERE);
  expect(() => lock.assertHeld()).toThrow(expect.objectContaining({ reason: "in-use" }));
  lock.release();
  expect(ownerOf()).toMatchObject({ hostname: "ward" });
});

test("an owner elsewhere that was given up is replaced, but no other one", () => {
  lockOf(ELSEWHERE, -1e6);
  const { token } = ownerOf();
  const lock = takeLock(path, { command: "covidxr test", abandoned: token }) as FolderLock;
  expect(takeLock(path, { command: "covidxr test", abandoned: token })).toMatchObject({ pid: process.pid });
  lock.release();
});

test("a file or a link in the lock's place is refused, not followed", () => {
  writeFileSync(path, "");
  expect(take).toThrow(expect.objectContaining({ name: "FileError", reason: "unwritable", path }));
  rmSync(path);
  mkdirSync(join(folder, "elsewhere"));
  symlinkSync(join(folder, "elsewhere"), path);
  expect(take).toThrow(expect.objectContaining({ name: "FileError", reason: "unwritable", path }));
  expect(readdirSync(join(folder, "elsewhere"))).toEqual([]);
});
