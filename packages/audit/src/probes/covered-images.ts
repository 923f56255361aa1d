import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { checkInteger, throwIfInterrupted } from "@covidxr/core/internal";
import type { GreyImage, RgbImage } from "@covidxr/image";
import type { EmbeddableImage } from "./embedder.js";
import type { ProbeImage } from "./evaluate-probe.js";

/** Loads the lung mask of an image; a value above 0 is lung. */
export type LungMaskOf = (image: ProbeImage) => Promise<GreyImage | undefined>;

/** Images uncovered. */
export function wholeImages(images: readonly ProbeImage[]): EmbeddableImage[] {
  return images.map((image) => ({ key: image.key, load: () => image.pixels() }));
}

/** Images whose middle is black. */
export function borderImages(images: readonly ProbeImage[]): EmbeddableImage[] {
  return images.map((image) => ({
    key: cacheKey(image.key, "border", BORDER_SHARE),
    async load() {
      const pixels = await image.pixels();
      return coverImage(pixels, centreMask(pixels.width, pixels.height));
    },
  }));
}

/**
 * Images whose lungs are black: under {@link lungEllipses}, or under their masks.
 *
 * @throws {InvalidArgumentError} when a mask is missing or empty: a mixture of masks, ellipses and uncovered images would
 * itself distinguish the images.
 * @throws {InterruptedError} when `signal` fires.
 */
export async function lungsCoveredImages(
  images: readonly ProbeImage[],
  lungMask: LungMaskOf | undefined,
  signal: AbortSignal | undefined,
): Promise<EmbeddableImage[]> {
  if (lungMask === undefined) {
    return images.map((image) => ({
      key: cacheKey(image.key, "lung ellipses", LUNG_ELLIPSES),
      async load() {
        const pixels = await image.pixels();
        return coverImage(pixels, lungEllipses(pixels.width, pixels.height));
      },
    }));
  }
  const covered: EmbeddableImage[] = [];
  const missing: string[] = [];
  for (const image of images) {
    throwIfInterrupted(signal, "running probes");
    const mask = await lungMask(image);
    if (mask === undefined || !mask.data.some((value) => value > 0)) missing.push(image.fingerprint.path);
    else {
      covered.push({
        key: cacheKey(image.key, "lung mask", mask.width, mask.height, mask.data),
        // Loaded again rather than kept: masks are as large as their radiographs.
        load: async () => coverImage(await image.pixels(), (await lungMask(image))!),
      });
    }
  }
  if (missing.length === 0) return covered;
  throw new InvalidArgumentError({
    parameter: "lungMask",
    value: missing,
    message:
      `expected a mask with lungs for each of ${images.length} images, got none for ${missing.length}, ` +
      `such as ${missing[0]}; add the masks, or pass no \`lungMask\` to cover all lungs with ellipses`,
  });
}

/** Proportion of each side that {@link centreMask} leaves uncovered at either end. */
const BORDER_SHARE = 0.1;

/**
 * Mask of all but the border of an image: 255 in the middle, 0 in the outer tenth of each side ({@link BORDER_SHARE},
 * rounded, at least one pixel).
 *
 * @param width Columns, 3 or more.
 * @param height Rows, 3 or more.
 * @throws {InvalidArgumentError} on a smaller side, which has no middle.
 */
export function centreMask(width: number, height: number): GreyImage {
  checkInteger("width", width, { min: 3 });
  checkInteger("height", height, { min: 3 });
  const data = new Uint8Array(width * height);
  const left = borderOf(width);
  const top = borderOf(height);
  for (let row = top; row < height - top; row++) {
    data.fill(255, row * width + left, (row + 1) * width - left);
  }
  return { width, height, data };
}

function borderOf(side: number): number {
  return Math.max(1, Math.round(side * BORDER_SHARE));
}

/**
 * The two ellipses of {@link lungEllipses}, as fractions of the image's sides: distance of their centres from the midline,
 * height of their centres, semi-axes. Chosen by eye on the published study's radiographs (48 images and the means of both
 * sources) so that the lungs lie inside even in tightly cropped images. In a few, apices and outer corners stick out.
 */
const LUNG_ELLIPSES = {
  fromMidline: 0.22,
  centreHeight: 0.5,
  halfWidth: 0.26,
  halfHeight: 0.46,
} as const;

/**
 * Approximate lung mask of a frontal chest radiograph that fills its image: 255 inside two generous ellipses
 * ({@link LUNG_ELLIPSES}), 0 outside, symmetric. It is the same for every image of a size, so that the mask itself carries
 * no information; in return it also covers the heart, and about three quarters of the image.
 *
 * @param width Columns.
 * @param height Rows.
 * @throws {InvalidArgumentError} on a side that is no integer of 1 or more.
 */
export function lungEllipses(width: number, height: number): GreyImage {
  checkInteger("width", width, { min: 1 });
  checkInteger("height", height, { min: 1 });
  const { fromMidline, centreHeight, halfWidth, halfHeight } = LUNG_ELLIPSES;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const vertical = ((row + 0.5) / height - centreHeight) / halfHeight;
    for (let column = 0; column < width; column++) {
      // The distance from the midline serves both ellipses, and keeps the mask exactly symmetric.
      const distance = Math.abs(2 * column + 1 - width) / (2 * width);
      const horizontal = (distance - fromMidline) / halfWidth;
      if (horizontal ** 2 + vertical ** 2 <= 1) data[row * width + column] = 255;
    }
  }
  return { width, height, data };
}

/**
 * Blackens the pixels under a mask. The mask is resized to the image (nearest neighbour), so both must show the same field.
 *
 * @param mask Covered where above 0.
 * @throws {InvalidArgumentError} when the data of either do not match its size.
 */
export function coverImage(image: RgbImage, mask: GreyImage): RgbImage {
  const { width, height } = image;
  checkData("image", image, 3);
  checkData("mask", mask, 1);
  const data = image.data.slice();
  const columns = Uint32Array.from({ length: width }, (_, column) =>
    Math.floor(((column + 0.5) * mask.width) / width),
  );
  for (let row = 0; row < height; row++) {
    const from = Math.floor(((row + 0.5) * mask.height) / height) * mask.width;
    for (let column = 0; column < width; column++) {
      if (mask.data[from + columns[column]!]! === 0) continue;
      const pixel = (row * width + column) * 3;
      data.fill(0, pixel, pixel + 3);
    }
  }
  return { width, height, data };
}

function checkData(
  parameter: string,
  { width, height, data }: { readonly width: number; readonly height: number; readonly data: Uint8Array },
  channels: number,
): void {
  const expected = width * height * channels;
  if (expected > 0 && data.length === expected) return;
  throw new InvalidArgumentError({
    parameter,
    value: { width, height, length: data.length },
    message: `expected ${expected} values for ${width} × ${height}, got ${data.length}`,
  });
}
