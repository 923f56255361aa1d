import { type DecodeImageOptions, decodeImage } from "./codecs/decode-image.js";
import { type AugmentationParameters, augment } from "./pixels/augment.js";
import { normalize, type Preprocessing } from "./pixels/normalize.js";
import { type ResizeMethod, resize } from "./pixels/resize.js";

/** How a file becomes model input. */
export interface PreprocessOptions extends DecodeImageOptions {
  /** Rows of the model's input. @defaultValue {@link STUDY_PREPROCESSING}.height */
  readonly height?: number;
  /** Columns of the model's input. @defaultValue {@link STUDY_PREPROCESSING}.width */
  readonly width?: number;
  /** @defaultValue {@link STUDY_PREPROCESSING}.method */
  readonly method?: ResizeMethod;
  /** @defaultValue {@link STUDY_PREPROCESSING}.preprocessing */
  readonly preprocessing?: Preprocessing;
  /** Warp between resizing and normalising; none when absent. */
  readonly augmentation?: AugmentationParameters;
}

/** The study's model input: height 320 and width 382, in Keras' order. */
export const STUDY_PREPROCESSING = {
  height: 320,
  width: 382,
  method: "nearest",
  preprocessing: "rescale",
} as const satisfies Partial<PreprocessOptions>;

/**
 * Turns the bytes of a radiograph into model input of shape [height, width, 3], in Keras' order: decode, resize,
 * warp (on 0 to 255), normalise.
 *
 * @throws {ImageError} as `decodeImage` does.
 * @throws {InvalidArgumentError} on an option out of range.
 *
 * @example
 * ```ts
 * import { readFile } from "node:fs/promises";
 * import { preprocess } from "@covidxr/image";
 *
 * const path = "images/covid/c0-0.png";
 * const input = await preprocess(await readFile(path), { name: path, height: 320, width: 382 });
 * console.log(input.length === 320 * 382 * 3); // true
 * ```
 */
export async function preprocess(bytes: Uint8Array, options: PreprocessOptions): Promise<Float32Array> {
  const {
    height = STUDY_PREPROCESSING.height,
    width = STUDY_PREPROCESSING.width,
    method = STUDY_PREPROCESSING.method,
    preprocessing = STUDY_PREPROCESSING.preprocessing,
    augmentation,
  } = options;
  const decoded = await decodeImage(bytes, options);
  const resized = resize(decoded, { height, width, method });
  return normalize(augmentation === undefined ? resized : augment(resized, augmentation), preprocessing);
}
