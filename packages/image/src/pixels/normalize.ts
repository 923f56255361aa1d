import { InvalidArgumentError } from "@covidxr/core";
import { checkImage, type RgbImage } from "./image.js";

/**
 * How pixels of 0 to 255 become the numbers a network reads: `"rescale"` times 1/255 (the study), `"caffe"` blue,
 * green, red less the ImageNet means (what VGG19's weights were trained with).
 */
export type Preprocessing = "rescale" | "caffe";

// Keras multiplies in float32 by 1/255, and so is each product rounded here.
const RESCALE = Math.fround(1 / 255);
/** ImageNet means of blue, green and red (keras.applications.imagenet_utils, mode "caffe"). */
const CAFFE_MEANS = Float32Array.of(103.939, 116.779, 123.68);

/**
 * Turns pixels into model input of shape [H, W, 3].
 *
 * @param pixels An image, or values of 0 to 255 in row-major [H, W, 3] order such as `augment` gives.
 * @returns New values: in [0, 1] for `"rescale"`; in about [-124, 152], blue first, for `"caffe"`.
 * @throws {InvalidArgumentError} when the values are no whole pixels, or on an unknown preprocessing.
 */
export function normalize(pixels: RgbImage | Float32Array, preprocessing: Preprocessing): Float32Array {
  const values = pixels instanceof Float32Array ? checkValues(pixels) : checkedData(pixels);
  const input = new Float32Array(values.length);
  switch (preprocessing) {
    case "rescale":
      for (let i = 0; i < input.length; i++) input[i] = values[i]! * RESCALE;
      return input;
    case "caffe": {
      const blueMean = CAFFE_MEANS[0]!;
      const greenMean = CAFFE_MEANS[1]!;
      const redMean = CAFFE_MEANS[2]!;
      for (let i = 0; i < input.length; i += 3) {
        input[i] = values[i + 2]! - blueMean;
        input[i + 1] = values[i + 1]! - greenMean;
        input[i + 2] = values[i]! - redMean;
      }
      return input;
    }
    default:
      throw new InvalidArgumentError({
        parameter: "preprocessing",
        value: preprocessing,
        message: `expected "rescale" or "caffe", got ${JSON.stringify(preprocessing)}`,
      });
  }
}

function checkedData(image: RgbImage): Uint8Array {
  checkImage(image, [3]);
  return image.data;
}

function checkValues(pixels: Float32Array): Float32Array {
  if (pixels.length === 0 || pixels.length % 3 !== 0) {
    throw new InvalidArgumentError({
      parameter: "pixels",
      value: pixels.length,
      message: `expected height * width * 3 values, got ${pixels.length}`,
    });
  }
  return pixels;
}
