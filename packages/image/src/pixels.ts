// From pixels to a model's input, without files and decoders, so that it runs in a browser.
export { augment, sampleAugmentation } from "./pixels/augment.js";
export type { GreyImage, RgbImage } from "./pixels/image.js";
export { normalize, type Preprocessing } from "./pixels/normalize.js";
export { preprocessPixels } from "./pixels/preprocess-pixels.js";
export { type ResizeMethod, resize } from "./pixels/resize.js";
