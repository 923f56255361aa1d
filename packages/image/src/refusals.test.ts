import { createRng } from "@covidxr/core";
import { options, testRefusals } from "@covidxr/testing/refusals";
import * as image from "./index.js";

const pixels = { width: 2, height: 2, data: new Uint8Array(12) };
const ranges = { rotation: 1, widthShift: 0.1, heightShift: 0.1, shear: 0.1, zoom: 0.1 };
const moves = { theta: 1, tx: 0, ty: 0, shear: 0, zx: 1, zy: 1 };
const size = { height: 2, width: 3, method: "nearest" };
const prepared = { key: "0".repeat(64), pixels: async () => pixels };
const decoding = { pixelLimit: 100, orientation: "apply", decoder: "jimp" };
const png = () => image.encodeImage(pixels, { format: "png" });

testRefusals(image, {
  augment: [pixels, options(moves)],
  decodeImage: async () => [await png(), options({ name: "a.png", ...decoding, window: "full" })],
  encodeImage: [pixels, options({ format: "jpeg", quality: 80 })],
  networkInput: [prepared, "rescale", options({ ranges: { ...ranges }, seed: 0, copy: 1 })],
  normalize: [pixels, "rescale"],
  prepareImages: [["no/such/file.png"], options({ ...size, ...decoding, onProgress: () => {} })],
  preprocess: async () => [
    await png(),
    options({ name: "a.png", ...size, ...decoding, preprocessing: "caffe", augmentation: moves }),
  ],
  preprocessPixels: [pixels, options({ ...size, preprocessing: "rescale", augmentation: moves })],
  readImageSize: async () => [await png(), "a.png"],
  resize: [pixels, options(size)],
  resolveDecoder: ["jimp"],
  sampleAugmentation: [createRng(0, { purpose: "test" }), { height: 2, width: 2 }, options(ranges)],
  thumbnail: [pixels, options({ longestSide: 2, quality: 80 })],
});
