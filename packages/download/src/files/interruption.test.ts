import { setTimeout as sleep } from "node:timers/promises";
import { createRng, InterruptedError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { setScene } from "../testing/scene.js";
import { lockFolder, sweepLock } from "./lock-folder.js";

// An AbortSignal, at every moment.

test("a signal that has fired already: nothing is done", async () => {
  const scene = await setScene({ "a.bin": 10 });
  await expect(scene.download({ signal: AbortSignal.abort() })).rejects.toBeInstanceOf(InterruptedError);
  expect(scene.server.connections).toBe(0);
});

test("interrupted at twenty random moments, and each time gone on with", async () => {
  const rng = createRng(6, { purpose: "signals" });
  const files = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`${i}.bin`, 150_000 + i]));
  const total = Object.values(files).reduce((sum, size) => sum + size, 0);
  const scene = await setScene(files, () => ({ kind: "trickle", bytes: 4096, milliseconds: 8 }));
  let transferred = 0;
  for (let i = 0; i < 20; i++) {
    const controller = new AbortController();
    const seen: number[] = [];
    setTimeout(() => controller.abort(), rng.integer(40));
    const download = scene.download({
      signal: controller.signal,
      onProgress: ({ done }) => seen.push(done),
    });
    await expect(download).rejects.toMatchObject({ name: "InterruptedError", operation: "download" });
    transferred = Math.max(transferred, ...seen);
  }
  const { transferredBytes } = await scene.download();
  expect(transferred).toBeGreaterThan(0);
  expect(transferredBytes).toBe(total - transferred);
}, 60_000);

test.each(["stalled", "waiting", "paused", "connecting", "planning"])(
  "interrupted while %s",
  async (state) => {
    const scene = await setScene({ "a.bin": 1000 }, () => {
      if (state === "stalled") return { kind: "stall", after: 10 };
      if (state === "connecting") return { kind: "silence" };
      const headers = state === "paused" ? { "retry-after": "200" } : undefined;
      return { kind: "status", status: 503, ...(headers ? { headers } : {}) };
    });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 200);
    // A wait that does not look at the signal.
    const forever = () => new Promise<void>(() => {});
    const download = scene.download({
      signal: controller.signal,
      wait: forever,
      ...(state === "planning" ? { onPlan: () => sleep(300) } : {}),
    });
    await expect(download).rejects.toBeInstanceOf(InterruptedError);
  },
);

test("interrupted while another process is at work", async () => {
  const scene = await setScene({ "a.bin": 1000 });
  const { signal } = new AbortController();
  const lock = await lockFolder(scene.folder, { signal, onWait: () => {}, onLost: () => {} });
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 300);
  await expect(scene.download({ signal: controller.signal })).rejects.toBeInstanceOf(InterruptedError);
  expect(scene.told).toHaveLength(1);
  sweepLock(scene.folder);
  await lock.assertHeld();
  await lock.release();
  await expect(lock.assertHeld()).rejects.toMatchObject({ reason: "unwritable" });
  expect(scene.server.connections).toBe(0);
});
