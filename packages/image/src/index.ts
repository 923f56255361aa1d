export { ENCODE_DEFAULTS, type EncodeImageOptions, encodeImage } from "./encode/encode-image.js";
export type { GreyImage, RgbImage } from "./pixels/images.js";
