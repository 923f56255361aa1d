import { expect, test } from "@jest/globals";
import { startStopwatch } from "./stopwatch.js";

test("adds up stages of one name, with one that still runs and those of earlier processes", () => {
  let now = 0;
  const clock = () => now;
  const watch = startStopwatch({ features: 10, training: 5, total: 20 }, clock);
  const end = watch.start("features");
  now = 2000;
  end();
  watch.start("features")();
  watch.start("training");
  now = 5000;
  expect(watch.seconds()).toEqual({ features: 12, training: 8, total: 25 });
});

test("starts from nothing", () => {
  expect(startStopwatch(undefined, () => 0).seconds()).toEqual({ total: 0 });
});
