import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { clock } from "./clock.js";
import { backoffSeconds, Origins, retryAfter } from "./retries.js";

test.each([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 4],
  [5, 16],
  [6, 30],
  [60, 30],
])("after %p failures the wait is %p s, shortened by up to its half", (failures, longest) => {
  const rng = createRng(1, { purpose: "retry" });
  const waits = Array.from({ length: 200 }, () => backoffSeconds(failures, rng));
  expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2);
  expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
  expect(Math.max(...waits) - Math.min(...waits)).toBeGreaterThan(longest / 4);
});

const NOW = "Wed, 21 Oct 2015 07:28:00 GMT";
test.each([
  ["0", undefined, 0],
  ["120", undefined, 120],
  [" 1.5 ", undefined, 1.5],
  ["Wed, 21 Oct 2015 07:30:00 GMT", NOW, 120],
  ["Wed, 21 Oct 2015 07:27:00 GMT", NOW, 0],
  ["Wed, 21 Oct 2015 07:30:00 GMT", undefined, undefined],
  ["Wed, 21 Oct 2015 07:30:00 GMT", "nonsense", undefined],
  ["soon", NOW, undefined],
  ["Soon", NOW, undefined],
  ["-5", NOW, undefined],
  ["2015", NOW, 2015],
  ["", NOW, undefined],
  [undefined, NOW, undefined],
])("Retry-After %p at %p is %p s", (header, date, seconds) => {
  expect(retryAfter(header, date)).toBe(seconds);
});

test("a pause is joined by shorter ones, and prolonged by longer ones", async () => {
  const waits: number[] = [];
  const ends: (() => void)[] = [];
  const origins = new Origins((milliseconds) => {
    waits.push(milliseconds);
    return new Promise((resolve) => ends.push(resolve));
  });
  const { signal } = new AbortController();
  await origins.ready("http://a", signal);
  expect([5, 3, 5, 9].map((seconds) => origins.pause("http://a", seconds))).toEqual([
    true,
    false,
    false,
    true,
  ]);
  expect(waits).toEqual([5000, 9000]);
  let isReady = false;
  const ready = origins.ready("http://a", signal).then(() => {
    isReady = true;
  });
  await origins.ready("http://b", signal);
  ends[0]!();
  await clock.wait(5);
  expect(isReady).toBe(false);
  ends[1]!();
  await ready;
  expect(origins.pause("http://a", 1)).toBe(true);
});

test("a wait ends with its signal", async () => {
  const controller = new AbortController();
  const wait = clock.wait(1e8, controller.signal);
  controller.abort(new Error("enough"));
  await expect(wait).rejects.toThrow("enough");
  await expect(clock.wait(1e8, controller.signal)).rejects.toThrow("enough");
});
