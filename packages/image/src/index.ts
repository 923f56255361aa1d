export { decodeImage } from "./codecs/decode-image.js";
export { type Decoder, type ResolvedDecoder, resolveDecoder } from "./codecs/decoders.js";
export { encodeImage, thumbnail } from "./codecs/encode-image.js";
export { readImageSize } from "./codecs/read-header.js";
export { type NetworkInput, networkInput } from "./network-input.js";
export {
  type AugmentationParameters,
  type AugmentationRanges,
  augment,
  sampleAugmentation,
} from "./pixels/augment.js";
export type { GreyImage, RgbImage } from "./pixels/image.js";
export { normalize, type Preprocessing } from "./pixels/normalize.js";
export { preprocessPixels } from "./pixels/preprocess-pixels.js";
export { type ResizeMethod, resize } from "./pixels/resize.js";
export {
  type FailedImage,
  type PreparedImage,
  type PreparedImages,
  prepareImages,
} from "./prepare-images.js";
export { preprocess } from "./preprocess.js";
