import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { type AugmentationParameters, augment } from "./augment.js";
import type { RgbImage } from "./image.js";
import { normalize, type Preprocessing } from "./normalize.js";
import { RESIZE, type ResizeOptions, resize } from "./resize.js";

/** How pixels become a model's input. */
export interface PreprocessPixelsOptions extends ResizeOptions {
  /** @defaultValue `"rescale"` */
  readonly preprocessing?: Preprocessing;
  /** Warp between resizing and normalising. @defaultValue none */
  readonly augmentation?: AugmentationParameters;
}

/** How {@link PreprocessPixelsOptions} are written. */
export const PREPROCESS: OptionKinds<PreprocessPixelsOptions> = {
  ...RESIZE,
  preprocessing: ["rescale", "caffe", undefined],
  augmentation: "object?",
};

/**
 * Turns decoded pixels into a model's input, float32 `[height, width, 3]`, in Keras' order: resize, warp (on 0 to 255),
 * normalise.
 *
 * @throws {InvalidArgumentError} on an option out of range.
 */
export function preprocessPixels(image: RgbImage, options: PreprocessPixelsOptions): Float32Array {
  checkOptions(options, PREPROCESS);
  const { preprocessing = "rescale", augmentation, ...size } = options;
  const resized = resize(image, size);
  return normalize(augmentation === undefined ? resized : augment(resized, augmentation), preprocessing);
}
