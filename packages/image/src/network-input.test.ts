import { InvalidArgumentError } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { networkInput } from "./network-input.js";
import type { RgbImage } from "./pixels/image.js";
import { normalize } from "./pixels/normalize.js";
import type { PreparedImage } from "./prepare-images.js";

const RANGES = { rotation: 15, widthShift: 0.1, heightShift: 0.1, shear: 0.05, zoom: 0.05 };
const pixels: RgbImage = {
  width: 12,
  height: 10,
  data: Uint8Array.from({ length: 360 }, (_, i) => (i * 37) % 256),
};
const making = { height: 10, width: 12, method: "nearest", decoder: { name: "jimp", version: "1" } } as const;
const prepared = (key: string): PreparedImage => ({ path: "a.png", key, making, pixels: async () => pixels });
const image = prepared("00000001aa");

test("an image that is not moved is its normalised pixels", async () => {
  expect(await networkInput(image, "rescale").load()).toEqual(normalize(pixels, "rescale"));
  expect(await networkInput(image, "caffe").load()).toEqual(normalize(pixels, "caffe"));
});

test("a copy is moved by seed, number and content alone", async () => {
  const load = (of: PreparedImage, seed: number, copy: number) =>
    networkInput(of, "rescale", { ranges: RANGES, seed, copy }).load();
  const moved = await load(image, 3, 0);
  expect(moved).toHaveLength(360);
  expect(moved).not.toEqual(normalize(pixels, "rescale"));
  expect(await load({ ...image, path: "other name.png" }, 3, 0)).toEqual(moved);
  expect(await load(image, 4, 0)).not.toEqual(moved);
  expect(await load(image, 3, 1)).not.toEqual(moved);
  expect(await load(prepared("00000002aa"), 3, 0)).not.toEqual(moved);
});

test("the key names all that the input depends on", () => {
  const keys = [
    networkInput(image, "rescale"),
    networkInput(image, "caffe"),
    networkInput(prepared("00000001ab"), "rescale"),
    networkInput(image, "rescale", { ranges: RANGES, seed: 0, copy: 0 }),
    networkInput(image, "rescale", { ranges: RANGES, seed: 0, copy: 1 }),
    networkInput(image, "rescale", { ranges: RANGES, seed: 1, copy: 0 }),
    networkInput(image, "rescale", { ranges: { ...RANGES, zoom: 0 }, seed: 0, copy: 0 }),
  ].map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
  expect(networkInput(image, "rescale").key).toBe(keys[0]);
});

test("shape and settings say what the input is, also of a moved copy", () => {
  const plain = networkInput(image, "rescale");
  const moved = networkInput(image, "rescale", { ranges: RANGES, seed: 0, copy: 0 });
  for (const { shape, settings } of [plain, moved]) {
    expect(shape).toEqual([10, 12, 3]);
    expect(settings).toBe("nearest, jimp, rescale");
  }
  const other: PreparedImage = {
    ...image,
    making: { ...making, method: "bilinear", orientation: "ignore", window: { center: 2048, width: 4096 } },
  };
  expect(networkInput(other, "caffe").settings).toBe(
    'bilinear, jimp, orientation ignore, window {"center":2048,"width":4096}, caffe',
  );
});

test.each([-1, 0.5, Number.NaN])("refuses copy %p", (copy) => {
  const error = catchError(() => networkInput(image, "rescale", { ranges: RANGES, seed: 0, copy }));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ parameter: "copy", value: copy });
});

function catchError(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    return error;
  }
  return undefined;
}
