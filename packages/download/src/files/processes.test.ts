import { existsSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { checkFolder } from "../testing/check-folder.js";
import { runInProcess } from "../testing/run-in-process.js";
import { setScene } from "../testing/scene.js";
import { LOCK_NAME } from "./lock-folder.js";

// Real processes: two at once, and one that is killed.

/** Lets a lock look as old as one that nobody refreshes any more. */
function age(lock: string): void {
  if (existsSync(lock)) utimesSync(lock, 1e9, 1e9);
}

test("two processes at once fetch every byte once", async () => {
  const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.bin`, 100_000 + i]));
  const scene = await setScene(files, () => ({ kind: "trickle", bytes: 10_000, milliseconds: 40 }));
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  const job = { files: scene.files, folder: scene.folder };
  const runs = [runInProcess(job), runInProcess(job)];
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome));
  expect(outcomes.map((outcome) => outcome!.transferredBytes).sort()).toEqual([0, total].sort());
  expect(runs.map(({ lines }) => lines.includes("waits")).sort()).toEqual([false, true]);
  expect(scene.server.sentBytes).toBe(total);
  expect(scene.server.requests).toHaveLength(12);
  expect(readdirSync(scene.folder)).toHaveLength(12);
});

test("two calls in one process fetch every byte once", async () => {
  const scene = await setScene({ "a.bin": 300_000, "b.bin": 5 }, () => ({
    kind: "trickle",
    bytes: 100_000,
    milliseconds: 50,
  }));
  const [first, second] = await Promise.all([scene.download(), scene.download()]);
  expect(first!.transferredBytes + second!.transferredBytes).toBe(300_005);
  expect(scene.server.requests).toHaveLength(2);
  expect(scene.told.map(({ url, seconds }) => [url.startsWith("file:"), seconds])).toEqual([
    [true, Number.NaN],
  ]);
});

test("four processes that find the lock of one that is gone take it over one by one", async () => {
  const scene = await setScene({ "a.bin": 200_000, "b.bin": 200_000 }, () => ({
    kind: "trickle",
    bytes: 10_000,
    milliseconds: 20,
  }));
  const lock = join(scene.folder, LOCK_NAME);
  mkdirSync(lock);
  writeFileSync(join(lock, "token of another process"), "");
  age(lock);
  const job = { files: scene.files, folder: scene.folder };
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => runInProcess(job).outcome));
  const transferred = outcomes.map((outcome) => outcome!.transferredBytes);
  expect(transferred.sort()).toEqual([0, 0, 0, 400_000]);
  expect(scene.server.sentBytes).toBe(400_000);
});

test("a process that is asked to end takes its lock along", async () => {
  const scene = await setScene({ "a.bin": 200_000 }, () => ({ kind: "stall", after: 100_000 }));
  const run = runInProcess(
    { files: scene.files, folder: scene.folder },
    { onLine: (line, child) => void (/^progress [1-9]/.test(line) && child.kill("SIGTERM")) },
  );
  expect(await run.outcome).toBeUndefined();
  expect(readdirSync(scene.folder)).toEqual(["a.bin.covidxr-part"]);
});

test("a process killed at twenty random moments leaves whole files or none, and the next goes on", async () => {
  const rng = createRng(5, { purpose: "kills" });
  const files = Object.fromEntries(
    Array.from({ length: 24 }, (_, i) => [`${i % 3}/${i}.bin`, 200_000 + rng.integer(400_000)]),
  );
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  const scene = await setScene(files, () => ({ kind: "trickle", bytes: 8192, milliseconds: 5 }));
  const lock = join(scene.folder, LOCK_NAME);
  let killed = 0;
  let left = 0;
  for (let kill = 0; kill < 20; kill++) {
    const delay = rng.integer(90);
    let isDoomed = false;
    const run = runInProcess(
      { files: scene.files, folder: scene.folder },
      {
        onLine: (line, child) => {
          if (isDoomed || !/^progress [1-9]/.test(line)) return;
          isDoomed = true;
          setTimeout(() => child.kill("SIGKILL"), delay);
        },
      },
    );
    if ((await run.outcome) === undefined) killed++;
    if (existsSync(lock)) left++;
    age(lock);
    // All but the lock, which the next call takes over.
    const faults = checkFolder(scene.folder, scene.contents);
    expect(faults.filter((fault) => !fault.startsWith(LOCK_NAME))).toEqual([]);
  }
  expect(killed).toBe(20);
  expect(left).toBe(20);
  const before = scene.server.sentBytes;
  const { transferredBytes } = await scene.download();
  expect(transferredBytes).toBeLessThan(total);
  expect(scene.server.sentBytes - before).toBe(transferredBytes);
  expect(await scene.download()).toMatchObject({ present: 24, transferredBytes: 0 });
}, 120_000);

test("a process that was still too long notices that another took its folder, and stops", async () => {
  const size = 4_000_000;
  // The first process would take more than a minute.
  const scene = await setScene({ "a.bin": size }, (_, attempt) =>
    attempt === 1 ? { kind: "trickle", bytes: 2000, milliseconds: 40 } : undefined,
  );
  const lock = join(scene.folder, LOCK_NAME);
  let begun = (): void => {};
  const hasBegun = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const slow = runInProcess(
    { files: scene.files, folder: scene.folder },
    { onLine: (line) => void (/^progress [1-9]/.test(line) && begun()) },
  );
  await hasBegun;
  slow.child.kill("SIGSTOP");
  age(lock);
  expect(await scene.download()).toMatchObject({ fetched: 1 });
  slow.child.kill("SIGCONT");
  const outcome = await slow.outcome;
  expect(outcome!.error).toMatchObject({ name: "FileError", reason: "unwritable", path: lock });
  expect(outcome!.error!.message).toContain("another took the folder");
  expect(scene.server.sentBytes).toBeLessThan(1.5 * size);
  expect(scene.get("a.bin")).toHaveLength(size);
});

test("a file is not given its final name by a process that has lost the folder", async () => {
  // The end comes long behind the last byte, so that the folder is lost in between.
  const scene = await setScene({ "a.bin": 100_000 }, () => ({
    kind: "trickle",
    bytes: 50_000,
    milliseconds: 1500,
    withoutLength: true,
  }));
  const lock = join(scene.folder, LOCK_NAME);
  let isTaken = false;
  const download = scene.download({
    onProgress: ({ done }) => {
      if (isTaken || done < 100_000) return;
      isTaken = true;
      rmSync(lock, { recursive: true });
    },
  });
  await expect(download).rejects.toMatchObject({ name: "FileError", reason: "unwritable", path: lock });
  expect([isTaken, scene.get("a.bin"), scene.partOf("a.bin")]).toEqual([true, undefined, 100_000]);
});
