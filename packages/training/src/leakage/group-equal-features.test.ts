import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { toHalf } from "../features/feature-array.js";
import { groupEqualFeatures } from "./group-equal-features.js";

const LENGTH = 4_001;
const noise = (index: number) => {
  const rng = createRng(1, { purpose: "features", index });
  return Float32Array.from({ length: LENGTH }, () => rng.normal());
};

test("equal copies go to the first of them, others to themselves", () => {
  const values = [noise(0), noise(1), noise(0), noise(2), noise(1), noise(0)];
  expect(groupEqualFeatures(values)).toEqual([0, 1, 0, 3, 1, 0]);
});

test("one value that differs anywhere is a difference, also where no sample is taken", () => {
  fc.assert(
    fc.property(fc.nat(LENGTH - 1), (place) => {
      const other = noise(0);
      other[place]! += 1e-3;
      expect(groupEqualFeatures([noise(0), other, other.slice()])).toEqual([0, 1, 1]);
    }),
  );
});

test("views into shared memory are read where they lie", () => {
  const shared = new Float32Array([9, 1, 2, 1, 2, 3]);
  expect(groupEqualFeatures([shared.subarray(1, 3), shared.subarray(3, 5), shared.subarray(4, 6)])).toEqual([
    0, 0, 2,
  ]);
});

test("NaN equals itself; other lengths, signs of zero and precisions are others", () => {
  const nan = () => Float32Array.of(Number.NaN, 1);
  const zeros = new Float32Array(2);
  const values = [
    nan(),
    nan(),
    zeros,
    new Float32Array(3),
    Float32Array.of(-0, 0),
    toHalf(zeros),
    toHalf(zeros),
  ];
  expect(groupEqualFeatures(values)).toEqual([0, 0, 2, 3, 4, 5, 5]);
});
