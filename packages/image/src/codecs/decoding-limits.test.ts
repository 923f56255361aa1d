import { ImageError, InterruptedError } from "@covidxr/core";
import { afterEach, expect, jest, test } from "@jest/globals";
import { thrownBy } from "../testing/fixtures.js";
import { decodeWithinLimits } from "./decoding-limits.js";
import type { PngHeader } from "./image-header.js";

const headerOf = (width: number, height: number): PngHeader => ({
  ...{ format: "png", width, height, bitDepth: 8 },
  ...{ channels: 1, hasAlpha: false, isInterlaced: false },
});
const limits = { name: "a.png", signal: undefined, alone: false };
const never = (): Promise<never> => new Promise(() => {});

afterEach(() => {
  jest.restoreAllMocks();
});

test("decodes small images beside each other, large ones one after another", async () => {
  const events: string[] = [];
  const decode = (name: string, width: number, alone = false) =>
    decodeWithinLimits(headerOf(width, 6000), { ...limits, alone }, async () => {
      events.push(`${name} starts`);
      await new Promise(setImmediate);
      events.push(`${name} ends`);
    });
  await Promise.all([decode("a", 1000), decode("b", 1000), decode("c", 6000), decode("d", 10, true)]);
  expect(events).toEqual([
    ...["a starts", "b starts", "a ends", "b ends"],
    ...["c starts", "c ends", "d starts", "d ends"],
  ]);
});

test("an image that takes too long is an error of the image", async () => {
  jest.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  const error = await thrownBy(() => decodeWithinLimits(headerOf(1000, 1000), limits, never));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "a.png", reason: "too-large" });
});

test("an abort is heard during the decoding and before it", async () => {
  const controller = new AbortController();
  const outcome = (width: number) =>
    thrownBy(() =>
      decodeWithinLimits(headerOf(width, 6000), { ...limits, signal: controller.signal }, never),
    );
  // The second waits for the first.
  const both = Promise.all([outcome(6000), outcome(6000)]);
  controller.abort();
  for (const error of await both) expect(error).toBeInstanceOf(InterruptedError);
  expect(await outcome(6000)).toBeInstanceOf(InterruptedError);
  // Their room is free again.
  expect(await decodeWithinLimits(headerOf(6000, 6000), limits, async () => "done")).toBe("done");
});
