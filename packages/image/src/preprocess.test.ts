import { ImageError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { encodeImage } from "./codecs/encode-image.js";
import { augment } from "./pixels/augment.js";
import { normalize } from "./pixels/normalize.js";
import { preprocessPixels } from "./pixels/preprocess-pixels.js";
import { resize } from "./pixels/resize.js";
import { preprocess } from "./preprocess.js";
import { difference, formulaPixels, thrownBy } from "./testing/fixtures.js";

const IMAGE = formulaPixels(40, 60);
const WARP = { theta: 4, tx: 1, ty: -2, shear: 0.05, zx: 0.97, zy: 1.02 };

describe("preprocess", () => {
  test("resizes bilinearly and rescales by default", async () => {
    const bytes = await encodeImage(IMAGE, { format: "png" });
    const input = await preprocess(bytes, { name: "a.png", height: 16, width: 20 });
    const resized = resize(IMAGE, { height: 16, width: 20, method: "bilinear" });
    expect(difference(input, normalize(resized, "rescale")).max).toBe(0);
    expect(preprocessPixels(IMAGE, { height: 16, width: 20 })).toEqual(input);
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

  test("needs a size", async () => {
    const bytes = await encodeImage(IMAGE, { format: "png" });
    const error = await thrownBy(() => preprocess(bytes, { name: "a.png", width: 4 } as never));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter: "height", value: undefined });
  });

  test("names the file that cannot be decoded", async () => {
    const error = await thrownBy(() =>
      preprocess(new Uint8Array(3), { name: "notes.txt", height: 4, width: 4 }),
    );
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "notes.txt", reason: "unsupported-format" });
  });
});
