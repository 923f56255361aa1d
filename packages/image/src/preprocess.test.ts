import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { encodeImage } from "./codecs/encode-image.js";
import { augment } from "./pixels/augment.js";
import { normalize } from "./pixels/normalize.js";
import { resize } from "./pixels/resize.js";
import { preprocess, STUDY_PREPROCESSING } from "./preprocess.js";
import { difference, formulaPixels, thrownBy } from "./testing/fixtures.js";

const IMAGE = formulaPixels(40, 60);
const WARP = { theta: 4, tx: 1, ty: -2, shear: 0.05, zx: 0.97, zy: 1.02 };

describe("preprocess", () => {
  test("gives the study's input by default", async () => {
    const bytes = await encodeImage(IMAGE, { format: "png" });
    const input = await preprocess(bytes, { name: "a.png" });
    expect(STUDY_PREPROCESSING).toEqual({
      height: 320,
      width: 382,
      method: "nearest",
      preprocessing: "rescale",
    });
    const expected = normalize(resize(IMAGE, { height: 320, width: 382, method: "nearest" }), "rescale");
    expect(difference(input, expected).max).toBe(0);
  });

  test("resizes, warps pixels of 0 to 255, then normalises", async () => {
    const bytes = await encodeImage(IMAGE, { format: "png" });
    const input = await preprocess(bytes, {
      name: "a.png",
      height: 16,
      width: 20,
      method: "bilinear",
      preprocessing: "caffe",
      augmentation: WARP,
    });
    const warped = augment(resize(IMAGE, { height: 16, width: 20, method: "bilinear" }), WARP);
    expect(input).toEqual(normalize(warped, "caffe"));
  });

  test("takes an option that is undefined for absent", async () => {
    const bytes = await encodeImage(IMAGE, { format: "png" });
    const input = await preprocess(bytes, { name: "a.png", ...({ height: undefined } as object) });
    expect(input).toHaveLength(320 * 382 * 3);
  });

  test("names the file that cannot be decoded", async () => {
    const error = await thrownBy(() => preprocess(new Uint8Array(3), { name: "notes.txt" }));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "notes.txt", reason: "unsupported-format" });
  });
});
