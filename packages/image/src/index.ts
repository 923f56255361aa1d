export { DECODE_DEFAULTS, type DecodeImageOptions, decodeImage } from "./codecs/decode-image.js";
export { type Decoder, type ResolvedDecoder, resolveDecoder } from "./codecs/decoders.js";
export {
  ENCODE_DEFAULTS,
  type EncodeImageOptions,
  encodeImage,
  THUMBNAIL_DEFAULTS,
  type ThumbnailOptions,
  thumbnail,
} from "./codecs/encode-image.js";
export { type ImageSize, readImageSize } from "./codecs/read-header.js";
export {
  type AugmentationParameters,
  type AugmentationRanges,
  augment,
  STUDY_AUGMENTATION,
  sampleAugmentation,
} from "./pixels/augment.js";
export type { FloatImage, GreyImage, RgbImage } from "./pixels/image.js";
export { type MovedCopy, type NetworkInput, networkInput } from "./pixels/network-input.js";
export { normalize, type Preprocessing } from "./pixels/normalize.js";
export { type ResizeMethod, type ResizeOptions, resize } from "./pixels/resize.js";
export {
  type FailedImage,
  type PreparedImage,
  type PreparedImages,
  type PrepareImagesOptions,
  prepareImages,
} from "./prepare-images.js";
export { type PreprocessOptions, preprocess, STUDY_PREPROCESSING } from "./preprocess.js";
