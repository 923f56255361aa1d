import { InterruptedError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { gate, reportEveryChange, setScene } from "../testing/scene.js";
import { isFree, lockFolder } from "./lock-folder.js";

// An AbortSignal, at every point.

test("a signal that has already fired: nothing is done", async () => {
  const scene = await setScene({ "a.bin": 10 });
  await expect(scene.download({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(InterruptedError);
  expect(scene.server.connections).toBe(0);
});

test("interrupted after every 3000 bytes of each file, it resumes: every byte crosses the network once", async () => {
  reportEveryChange();
  const files = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`${i}.bin`, 20_000 + i]));
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  const INTERRUPTIONS = 5;
  const scene = await setScene(files, (_, attempt) =>
    attempt <= INTERRUPTIONS ? { kind: "stall", after: 3000 } : undefined,
  );
  for (let i = 1; i <= INTERRUPTIONS; i++) {
    const controller = new AbortController();
    const download = scene.download({
      signal: controller.signal,
      onProgress: ({ done }) => void (done === 18_000 * i && controller.abort()),
    });
    await expect(download).rejects.toMatchObject({ name: "InterruptedError", operation: "download" });
    expect(Object.keys(files).map(scene.partOf)).toEqual(Object.keys(files).map(() => 3000 * i));
  }
  expect(await scene.download()).toMatchObject({ transferredBytes: total - 18_000 * INTERRUPTIONS });
  expect(scene.server.sentBytes).toBe(total);
});

test.each(["stalled", "waiting", "paused", "connecting", "planning"])(
  "interrupted while %s",
  async (state) => {
    const controller = new AbortController();
    const interrupt = () => controller.abort();
    const scene = await setScene({ "a.bin": 1000 }, () => {
      if (state === "stalled") return { kind: "stall", after: 10 };
      if (state === "connecting") {
        interrupt();
        return { kind: "silence" };
      }
      const headers = state === "paused" ? { "retry-after": "200" } : undefined;
      return { kind: "status", status: 503, ...(headers ? { headers } : {}) };
    });
    const download = scene.download({
      signal: controller.signal,
      // A wait that ignores the signal.
      wait: () => {
        interrupt();
        return new Promise<void>(() => {});
      },
      onProgress: ({ done }) => void (done === 10 && interrupt()),
      ...(state === "planning" ? { onPlan: interrupt } : {}),
    });
    await expect(download).rejects.toBeInstanceOf(InterruptedError);
  },
);

test("interrupted while another process is at work", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  const { signal } = new AbortController();
  const lock = await lockFolder(scene.folder, { signal, onWait: () => {} });
  const controller = new AbortController();
  const { opened, open } = gate();
  const download = scene.download({ signal: controller.signal, onWait: open });
  await opened;
  controller.abort();
  await expect(download).rejects.toBeInstanceOf(InterruptedError);
  expect(isFree(scene.folder)).toBe(false);
  lock.assertHeld();
  lock.release();
  expect(isFree(scene.folder)).toBe(true);
  expect(scene.server.connections).toBe(0);
});
