import { expect, test } from "@jest/globals";
import type { RunRecord } from "../../run/run-record.js";
import { publicOptions } from "./public-options.js";

const record = (settings: object, place = {}) =>
  ({ settings: { seed: 0, ...settings }, place }) as unknown as RunRecord;

test("leaves out folders of the machine", () => {
  const place = { study: "/home/x/study", cache: "/home/x/cache", output: "/home/x/out" };
  expect(publicOptions(record({ epochs: 3 }, place))).toEqual([
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
    expect(publicOptions(own)).toContainEqual(["weights", name]);
});
