import { loadSharp } from "../codecs/sharp-module.js";
import type { ImageHeader } from "../header/image-header.js";
import type { RgbImage } from "../pixels/images.js";

/** Decodes a file that passed the header checks, as stored (no orientation), off the JavaScript thread. */
export async function decodeWithSharp(bytes: Uint8Array, header: ImageHeader): Promise<RgbImage> {
  const sharp = await loadSharp();
  const isCmyk = header.format === "jpeg" && header.channels === 4;
  const pipeline = sharp(bytes, {
    failOn: "warning",
    limitInputPixels: header.width * header.height,
    // Pillow leaves embedded colour profiles alone; so does jimp.
    ignoreIcc: true,
  });
  const converted = isCmyk
    ? pipeline.pipelineColourspace("cmyk").toColourspace("cmyk")
    : pipeline.removeAlpha().toColourspace("srgb");
  const { data, info } = await converted.raw().toBuffer({ resolveWithObject: true });
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  return { width: info.width, height: info.height, data: isCmyk ? cmykToRgb(pixels) : pixels };
}

/**
 * R = (255 - C)(255 - K) / 255 and so on, in Pillow's integer rounding: libvips would go through a press profile.
 */
function cmykToRgb(cmyk: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((cmyk.length / 4) * 3);
  for (let from = 0, to = 0; from < cmyk.length; from += 4, to += 3) {
    const light = 255 - cmyk[from + 3]!;
    rgb[to] = light - scaled(cmyk[from]!, light);
    rgb[to + 1] = light - scaled(cmyk[from + 1]!, light);
    rgb[to + 2] = light - scaled(cmyk[from + 2]!, light);
  }
  return rgb;
}

/** a * b / 255, rounded, for bytes. */
function scaled(a: number, b: number): number {
  const product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}
