// For the packages of this repository only; not part of the public interface.

export { describeIncomplete, readLimitedHeader } from "./codecs/decode-image.js";
export type { Decoder, ResolvedDecoder } from "./codecs/decoders.js";
export type { IntensityWindow } from "./codecs/intensity-window.js";
export type { AugmentationRanges } from "./pixels/augment.js";
export { checkSize } from "./pixels/image.js";
export {
  type FailedImage,
  fileAt,
  type ImageRemark,
  type PreparedImages,
  readImageFile,
} from "./prepare-images.js";
