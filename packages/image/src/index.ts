export { augment } from "./augment/augment.js";
export {
  type AugmentationParameters,
  type AugmentationRanges,
  STUDY_AUGMENTATION,
  sampleAugmentation,
} from "./augment/sample-augmentation.js";
export { DECODE_DEFAULTS, type DecodeImageOptions, decodeImage } from "./decode/decode-image.js";
export { type Decoder, type ResolvedDecoder, resolveDecoder } from "./decode/resolve-decoder.js";
export { ENCODE_DEFAULTS, type EncodeImageOptions, encodeImage } from "./encode/encode-image.js";
export { THUMBNAIL_DEFAULTS, type ThumbnailOptions, thumbnail } from "./encode/thumbnail.js";
export { type ImageSize, readImageSize } from "./header/read-image-size.js";
export type { FloatImage, GreyImage, RgbImage } from "./pixels/images.js";
export { type MovedCopy, type NetworkInput, networkInput } from "./preprocess/network-input.js";
export {
  type FailedImage,
  type PreparedImage,
  type PreparedImages,
  type PrepareImagesOptions,
  prepareImages,
} from "./preprocess/prepare-images.js";
export { type PreprocessOptions, preprocess, STUDY_PREPROCESSING } from "./preprocess/preprocess.js";
export { normalize, type Preprocessing } from "./transform/normalize.js";
export { type ResizeMethod, type ResizeOptions, resize } from "./transform/resize.js";
