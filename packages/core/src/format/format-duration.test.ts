import { expect, test } from "@jest/globals";
import { formatDuration } from "./format-duration.js";

test.each([
  [0.4, "0 s"],
  [59.4, "59 s"],
  [59.6, "1 min 00 s"],
  [185, "3 min 05 s"],
  [3599.9, "1 h 00 min"],
  [3720, "1 h 02 min"],
])("%p seconds read %p", (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
