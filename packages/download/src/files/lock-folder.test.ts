import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import type { Point } from "../testing/download-in-process.js";
import { type RunningDownload, runInProcess } from "../testing/run-in-process.js";
import { checkFolder, gate, type Scene, setScene, until } from "../testing/scene.js";
import { LOCK_NAME, lockFolder } from "./lock-folder.js";

// Several downloads at once, processes that are killed or suspended, and locks that they leave.

/** The token of a process on another machine. */
const ELSEWHERE = "00000000-1-0-00000000";

/** Makes a lock another machine's, which nobody has renewed for long. */
function age(lock: string): void {
  const [token] = readdirSync(lock);
  renameSync(join(lock, token!), join(lock, ELSEWHERE));
  utimesSync(join(lock, ELSEWHERE), 1e9, 1e9);
}

test("two processes at once download every byte once", async () => {
  const scene = await setScene({ "a.bin": 100_000, "b.bin": 100_001 });
  const release = scene.hold();
  const job = { files: scene.files, folder: scene.folder };
  const onLine = (line: string) => void (line === "waits" && release());
  const runs = [runInProcess(job, { onLine }), runInProcess(job, { onLine })];
  const outcomes = await Promise.all(runs.map(({ outcome }) => outcome));
  expect(outcomes.map((outcome) => outcome!.transferredBytes).sort()).toEqual([0, 200_001]);
  expect(runs.map(({ lines }) => lines.includes("waits")).sort()).toEqual([false, true]);
  expect([scene.server.sentBytes, scene.server.requests.length]).toEqual([200_001, 2]);
  expect(readdirSync(scene.folder)).toHaveLength(2);
});

test("two calls in one process download every byte once", async () => {
  const scene = await setScene({ "a.bin": 300_000, "b.bin": 5 });
  const release = scene.hold();
  const onWait = (wait: { readonly url: string; readonly seconds: number }) => {
    expect([wait.url.startsWith("file:"), wait.seconds]).toEqual([true, Number.NaN]);
    release();
  };
  const [first, second] = await Promise.all([scene.download({ onWait }), scene.download({ onWait })]);
  expect(first!.transferredBytes + second!.transferredBytes).toBe(300_005);
  expect(scene.server.requests).toHaveLength(2);
});

test("four calls that find an abandoned lock take it over one by one", async () => {
  const scene = await setScene({ "a.bin": 200_000, "b.bin": 200_000 });
  const lock = join(scene.folder, LOCK_NAME);
  mkdirSync(lock);
  writeFileSync(join(lock, ELSEWHERE), "");
  age(lock);
  const results = await Promise.all([1, 2, 3, 4].map(() => scene.download()));
  expect(results.map(({ transferredBytes }) => transferredBytes).sort()).toEqual([0, 0, 0, 400_000]);
  expect(scene.server.sentBytes).toBe(400_000);
});

test("a process that is asked to end leaves a lock that the next one takes over at once", async () => {
  const scene = await setScene({ "a.bin": 200_000 }, (_, attempt) =>
    attempt === 1 ? { kind: "stall", after: 100_000 } : undefined,
  );
  const run = runInProcess(
    { files: scene.files, folder: scene.folder },
    { onLine: (line, child) => void (line === "progress 100000" && child.kill("SIGTERM")) },
  );
  expect(await run.outcome).toBeUndefined();
  expect(readdirSync(scene.folder).sort()).toEqual([LOCK_NAME, "a.bin.covidxr-part"]);
  const waits: unknown[] = [];
  const resumed = await scene.download({ onWait: (wait) => void waits.push(wait) });
  expect([resumed.transferredBytes, waits]).toEqual([100_000, []]);
  expect(readdirSync(scene.folder)).toEqual(["a.bin"]);
});

describe("a process killed", () => {
  const FILES = { "a.bin": 100_000, "x/b.bin": 100_000, "x/c.bin": 100_000 };
  const parts = (scene: Scene) => Object.keys(FILES).map((path) => scene.partOf(path) ?? 0);

  /** Kills a download at a point and checks what it leaves: its lock, and of every file all or a part. */
  async function kill(
    scene: Scene,
    at: (run: RunningDownload) => Promise<void>,
    stopAt?: Point,
  ): Promise<void> {
    const run = runInProcess({ files: scene.files, folder: scene.folder, ...(stopAt ? { stopAt } : {}) });
    await at(run);
    run.child.kill("SIGKILL");
    expect(await run.outcome).toBeUndefined();
    if (stopAt !== "lock")
      expect(checkFolder(scene.folder, scene.contents)).toEqual([`${LOCK_NAME}: the lock is left`]);
  }
  const says = (line: string) => (run: RunningDownload) => until(() => run.lines.includes(line));

  test("before its lock is in place, while it waits for an answer, and after n bytes: the next one resumes", async () => {
    let requests = 0;
    const scene = await setScene(FILES, () => {
      requests++;
      if (requests <= 3) return { kind: "silence" };
      return requests <= 6 ? { kind: "stall", after: 40_000 } : undefined;
    });
    await kill(scene, says("at lock"), "lock");
    await kill(scene, () => until(() => requests === 3));
    await kill(scene, () => until(() => parts(scene).every((bytes) => bytes === 40_000)));
    expect(await scene.download()).toMatchObject({ fetched: 3, transferredBytes: 180_000 });
    expect(await scene.download()).toMatchObject({ present: 3, transferredBytes: 0 });
  });

  test("between the last byte and the final name, and right after: no byte comes twice", async () => {
    const scene = await setScene(FILES);
    await kill(
      scene,
      (run) => until(() => run.lines.filter((line) => line === "at flushed").length === 3),
      "flushed",
    );
    expect(parts(scene)).toEqual([100_000, 100_000, 100_000]);
    expect(scene.get("a.bin")).toBeUndefined();
    await kill(
      scene,
      (run) => until(() => run.lines.filter((line) => line === "at renamed").length === 3),
      "renamed",
    );
    expect(parts(scene)).toEqual([0, 0, 0]);
    expect(await scene.download()).toMatchObject({ present: 3, transferredBytes: 0 });
    expect(scene.server.sentBytes).toBe(300_000);
  });
});

test("a process that was suspended too long notices that another took its folder, and stops", async () => {
  const size = 400_000;
  const { opened, open } = gate();
  const scene = await setScene({ "a.bin": size }, (_, attempt) =>
    attempt === 1 ? { kind: "stall", after: 100_000, until: opened } : undefined,
  );
  const lock = join(scene.folder, LOCK_NAME);
  const slow = runInProcess({ files: scene.files, folder: scene.folder });
  await until(() => slow.lines.includes("progress 100000"));
  slow.child.kill("SIGSTOP");
  age(lock);
  expect(await scene.download()).toMatchObject({ fetched: 1, transferredBytes: size - 100_000 });
  open();
  slow.child.kill("SIGCONT");
  const { error } = (await slow.outcome)!;
  expect(error).toMatchObject({ name: "FileError", reason: "in-use", path: lock });
  expect(error!.message).toContain("another process took the folder");
  expect(scene.get("a.bin")).toHaveLength(size);
});

test("a process that has lost the folder does not complete a file", async () => {
  const { opened, open } = gate();
  const scene = await setScene({ "a.bin": 100_000 }, () => ({
    kind: "stall",
    after: 100_000,
    until: opened,
    withoutLength: true,
  }));
  const lock = join(scene.folder, LOCK_NAME);
  const download = scene.download().catch((error: unknown) => error);
  await until(() => scene.partOf("a.bin") === 100_000);
  rmSync(lock, { recursive: true });
  open();
  expect(await download).toMatchObject({ name: "FileError", reason: "in-use", path: lock });
  expect([scene.get("a.bin"), scene.partOf("a.bin")]).toEqual([undefined, 100_000]);
});

const FUTURE = 4e9;

/** A folder with another process' lock from the future, and a clock that the test sets. */
function setLock(atWait: (lock: string, waited: number) => number) {
  const folder = mkdtempSync(join(tmpdir(), "covidxr-lock-"));
  const lock = join(folder, LOCK_NAME);
  mkdirSync(lock);
  writeFileSync(join(lock, ELSEWHERE), "");
  utimesSync(join(lock, ELSEWHERE), FUTURE, FUTURE);
  let now = 5;
  let waits = 0;
  const controller = new AbortController();
  const told: string[] = [];
  const locked = lockFolder(folder, {
    signal: controller.signal,
    onWait: (path) => void told.push(path),
    now: () => now,
    wait: async () => {
      if (++waits > 500) controller.abort(new Error("still waiting"));
      now += atWait(lock, now);
    },
  });
  return { folder, lock, locked, told, waits: () => waits, now: () => now };
}

test("a lock from the future that nobody refreshes is taken over after a minute", async () => {
  const scene = setLock(() => 250);
  const lock = await scene.locked;
  expect(scene.now()).toBe(60_255);
  expect(scene.told).toEqual([scene.lock]);
  expect(statSync(scene.lock).mtimeMs / 1000).toBeLessThan(FUTURE);
  lock.assertHeld();
  lock.release();
  expect(readdirSync(scene.folder)).toEqual([]);
});

test("a lock that is refreshed is waited for, whatever its time", async () => {
  const scene = setLock((lock, now) => {
    const seconds = FUTURE + 4 * Math.floor(now / 4000);
    utimesSync(join(lock, ELSEWHERE), seconds, seconds);
    return 250;
  });
  await expect(scene.locked).rejects.toThrow("still waiting");
  expect(scene.now()).toBeGreaterThan(100_000);
  expect(readdirSync(scene.lock)).toHaveLength(1);
});

test("a suspension of this process says nothing about the other", async () => {
  const scene = setLock(() => 60_000);
  (await scene.locked).release();
  // A second per look from the second one on, not a minute.
  expect(scene.waits()).toBe(61);
});
