import { createRng } from "@covidxr/core";
import { decodeImage, encodeImage, type GreyImage, type RgbImage } from "@covidxr/image";
import { drawRadiograph } from "@covidxr/phantom";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import { fingerprintImage } from "../fingerprints/fingerprint-images.js";

/** A synthetic radiograph of patient number `patient`. */
export function radiograph(patient: number): GreyImage {
  return drawRadiograph({
    rng: createRng(5, { purpose: "copies", index: patient }),
    width: 220 + 12 * (patient % 4),
    height: 200,
    finding: patient % 2 === 0 ? "none" : "COVID-19",
  });
}

/** Fingerprint of pixels; the path stands for the file's bytes too. */
export function fingerprintOf(path: string, image: GreyImage): Fingerprint {
  const bytes = Buffer.from(path);
  return fingerprintImage({ path, bytes, format: "png", image: toRgb(image) });
}

/** Part of an image; shares of its sides. */
export function cut(
  image: GreyImage,
  shares: { left?: number; top?: number; right?: number; bottom?: number },
): GreyImage {
  const left = Math.round((shares.left ?? 0) * image.width);
  const top = Math.round((shares.top ?? 0) * image.height);
  const width = image.width - left - Math.round((shares.right ?? 0) * image.width);
  const height = image.height - top - Math.round((shares.bottom ?? 0) * image.height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = (top + y) * image.width + left;
    data.set(image.data.subarray(from, from + width), y * width);
  }
  return { width, height, data };
}

/** The mirror image, left to right. */
export function mirrored({ width, height, data }: GreyImage): GreyImage {
  return { width, height, data: data.map((_, i) => data[i - (i % width) + width - 1 - (i % width)]!) };
}

/** Another exposure. */
export function exposed(image: GreyImage, level: (share: number) => number): GreyImage {
  const levels = Uint8Array.from({ length: 256 }, (_, i) =>
    Math.round(255 * Math.min(1, Math.max(0, level(i / 255)))),
  );
  return { ...image, data: image.data.map((value) => levels[value]!) };
}

/** The nearest pixels at another size. */
export function rescaled(image: GreyImage, factor: number): GreyImage {
  const width = Math.round(image.width * factor);
  const height = Math.round(image.height * factor);
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) {
    const y = Math.floor(((Math.floor(i / width) + 0.5) / height) * image.height);
    data[i] = image.data[y * image.width + Math.floor((((i % width) + 0.5) / width) * image.width)]!;
  }
  return { width, height, data };
}

/** What is left after writing a JPEG. */
export async function recompressed(image: GreyImage, quality: number): Promise<GreyImage> {
  const bytes = await encodeImage(image, { format: "jpeg", quality });
  const { width, height, data } = await decodeImage(bytes, { name: "copy", decoder: "jimp" });
  return { width, height, data: data.filter((_, i) => i % 3 === 0) };
}

function toRgb({ width, height, data }: GreyImage): RgbImage {
  const rgb = new Uint8Array(3 * data.length);
  for (let i = 0; i < rgb.length; i++) rgb[i] = data[Math.floor(i / 3)]!;
  return { width, height, data: rgb };
}
