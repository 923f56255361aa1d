import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { formulaPixels, thrownBy } from "../testing/fixtures.js";
import { normalize, type Preprocessing } from "./normalize.js";

describe("normalize", () => {
  test("rescale multiplies by 1/255 in float32: 0 gives 0 and 255 gives 1", () => {
    const input = normalize(Float32Array.of(0, 255, 51), "rescale");
    expect(Array.from(input)).toEqual([0, 1, Math.fround(51 * Math.fround(1 / 255))]);
  });

  test("caffe puts blue first and subtracts the ImageNet means", () => {
    const input = normalize({ width: 1, height: 1, data: Uint8Array.of(10, 20, 30) }, "caffe");
    expect(input[0]).toBeCloseTo(30 - 103.939, 5);
    expect(input[1]).toBeCloseTo(20 - 116.779, 5);
    expect(input[2]).toBeCloseTo(10 - 123.68, 5);
  });

  test.each(["rescale", "caffe"] as const)("%s reads an image and its values alike", (preprocessing) => {
    const image = formulaPixels(6, 5);
    expect(normalize(Float32Array.from(image.data), preprocessing)).toEqual(normalize(image, preprocessing));
  });

  test.each([
    ["pixels", () => normalize(new Float32Array(4), "rescale")],
    ["pixels", () => normalize(new Float32Array(0), "rescale")],
    ["image", () => normalize({ width: 2, height: 1, data: new Uint8Array(3) }, "rescale")],
    ["preprocessing", () => normalize(new Float32Array(3), "torch" as Preprocessing)],
  ])("names the parameter %s when it is wrong", async (parameter, action) => {
    const error = await thrownBy(action);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter });
  });
});
