import { mkdirSync, mkdtempSync, readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { LOCK_NAME, lockFolder } from "./lock-folder.js";

// Locks that nobody refreshes, by a clock that the test sets.

const FUTURE = 4e9;

/** A folder with another process' lock of a future time, and what to wait for it with. */
function setLock(atWait: (lock: string, waited: number) => number) {
  const folder = mkdtempSync(join(tmpdir(), "covidxr-lock-"));
  const lock = join(folder, LOCK_NAME);
  mkdirSync(lock);
  writeFileSync(join(lock, "token of another process"), "");
  utimesSync(lock, FUTURE, FUTURE);
  let now = 5;
  let waits = 0;
  const controller = new AbortController();
  const told: string[] = [];
  const locked = lockFolder(folder, {
    signal: controller.signal,
    onWait: (path) => void told.push(path),
    onLost: () => {},
    now: () => now,
    wait: async () => {
      if (++waits > 500) controller.abort(new Error("still waiting"));
      now += atWait(lock, now);
    },
  });
  return { folder, lock, locked, told, waits: () => waits, now: () => now };
}

test("a lock of the future that nobody refreshes is taken over after fifteen seconds", async () => {
  const scene = setLock(() => 250);
  const lock = await scene.locked;
  expect(scene.now()).toBe(15_005);
  expect(scene.told).toEqual([scene.lock]);
  expect(statSync(scene.lock).mtimeMs / 1000).toBeLessThan(FUTURE);
  await lock.assertHeld();
  await lock.release();
  expect(readdirSync(scene.folder)).toEqual([]);
});

test("one that is refreshed is waited for, whatever its time", async () => {
  const scene = setLock((lock, now) => {
    const seconds = FUTURE + 4 * Math.floor(now / 4000);
    utimesSync(lock, seconds, seconds);
    return 250;
  });
  await expect(scene.locked).rejects.toThrow("still waiting");
  expect(scene.now()).toBeGreaterThan(100_000);
  expect(readdirSync(scene.lock)).toHaveLength(1);
});

test("while this process was still itself, nothing is known of the other", async () => {
  const scene = setLock(() => 60_000);
  await (await scene.locked).release();
  // A second at each look, not a minute.
  expect(scene.waits()).toBe(15);
});
