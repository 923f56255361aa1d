import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import { smallModel } from "./named-weights.fixture.js";
import { readWeights } from "./read-weights.js";

beforeAll(useCpuBackend);

test("readWeights copies every weight under its layer's name, also of a second model of the same names", async () => {
  const first = smallModel();
  const second = smallModel();
  const weights = await expectNewTensors(() => readWeights(second));
  expect([...weights].map(([name, { shape }]) => [name, shape])).toEqual([
    ["dense/kernel", [2, 3]],
    ["dense/bias", [3]],
    ["output/kernel", [3, 1]],
    ["output/bias", [1]],
  ]);
  weights.get("dense/kernel")!.values.fill(9);
  expect([...readWeights(second).get("dense/kernel")!.values]).toEqual([1, 1, 1, 1, 1, 1]);
  first.dispose();
  second.dispose();
});
