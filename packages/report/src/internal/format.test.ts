import { expect, test } from "@jest/globals";
import { bytesText, countText, settingText } from "./format.js";

test.each([
  [2 ** 31, "2.0 GiB"],
  [12 * 2 ** 20, "12 MiB"],
  [2 ** 19, "0.5 MiB"],
])("%p bytes read %p", (bytes, text) => {
  expect(bytesText(bytes)).toBe(text);
});

test.each([
  [1, "1 image"],
  [0, "0 images"],
  [3, "3 images"],
])("a count of %p reads %p", (count, text) => {
  expect(countText(count, "image")).toBe(text);
});

test.each([
  [null, "none"],
  [undefined, "none"],
  [["cpu", "cuda"], "cpu, cuda"],
  [{ name: "sharp", of: { version: 1 } }, "name sharp, of version 1"],
  [false, "false"],
])("a setting of %j reads %p", (value, text) => {
  expect(settingText(value)).toBe(text);
});
