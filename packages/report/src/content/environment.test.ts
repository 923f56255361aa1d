import { expect, test } from "@jest/globals";
import type { RunRecord } from "../run/run-record.js";
import { publicSettings } from "./environment.js";
import { memoryText, settingText } from "./words.js";

const record = (settings: object, place = {}) =>
  ({ settings: { seed: 0, ...settings }, place }) as unknown as RunRecord;

test("leaves out folders of the machine", () => {
  const place = { study: "/home/x/study", cache: "/home/x/cache", output: "/home/x/out" };
  expect(publicSettings(record({ epochs: 3 }, place))).toEqual([
    ["seed", 0],
    ["epochs", 3],
  ]);
});

test.each([
  ["/home/x/vgg19.h5", "vgg19.h5"],
  ["C:\\Users\\x\\vgg19.h5", "vgg19.h5"],
  ["imagenet", "imagenet"],
])("names weights %p as %p", (weights, name) => {
  for (const own of [record({ weights }), record({}, { weights })])
    expect(publicSettings(own)).toContainEqual(["weights", name]);
});

test.each([
  [2 ** 31, "2.0 GiB"],
  [12 * 2 ** 20, "12 MiB"],
  [2 ** 19, "0.5 MiB"],
])("%p bytes read %p", (bytes, text) => {
  expect(memoryText(bytes)).toBe(text);
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
