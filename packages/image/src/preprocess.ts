import { checkOptions, type OptionKinds } from "@covidxr/core/internal";
import { DECODING_KINDS, type DecodeImageOptions, decodeWithRemarks } from "./codecs/decode-image.js";
import { checkSize } from "./pixels/image.js";
import { PREPROCESS, type PreprocessPixelsOptions, preprocessPixels } from "./pixels/preprocess-pixels.js";

/**
 * Turns the bytes of a radiograph into a model's input, float32 `[height, width, 3]`: {@link decodeImage}, then
 * {@link preprocessPixels}.
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
 * const input = await preprocess(await readFile(path), { name: path, height: 224, width: 224 });
 * console.log(input.length === 224 * 224 * 3); // true
 * ```
 */
export async function preprocess(
  bytes: Uint8Array,
  options: DecodeImageOptions & PreprocessPixelsOptions,
): Promise<Float32Array> {
  checkOptions(options, KINDS);
  const { height, width, method, preprocessing, augmentation, ...decoding } = options;
  checkSize({ height, width });
  const { image } = await decodeWithRemarks(bytes, decoding);
  return preprocessPixels(image, {
    ...{ height, width },
    ...(method && { method }),
    ...(preprocessing && { preprocessing }),
    ...(augmentation && { augmentation }),
  });
}

const KINDS: OptionKinds<DecodeImageOptions & PreprocessPixelsOptions> = {
  ...DECODING_KINDS,
  ...PREPROCESS,
};
