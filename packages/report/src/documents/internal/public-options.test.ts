import { expect, test } from "@jest/globals";
import type { RunRecord } from "../../run/run-record.js";
import { publicOptions } from "./public-options.js";

const record = (options: object) => ({ options: { seed: 0, ...options } }) as unknown as RunRecord;

test("leaves out folders of the machine", () => {
  const options = { study: "/home/x/study", cache: "/home/x/cache", output: "/home/x/out", epochs: 3 };
  expect(publicOptions(record(options))).toEqual([
    ["seed", 0],
    ["epochs", 3],
  ]);
});

test.each([
  ["/home/x/vgg19.h5", "vgg19.h5"],
  ["C:\\Users\\x\\vgg19.h5", "vgg19.h5"],
  ["imagenet", "imagenet"],
])("names weights %p as %p", (weights, name) => {
  expect(publicOptions(record({ weights }))).toContainEqual(["weights", name]);
});
