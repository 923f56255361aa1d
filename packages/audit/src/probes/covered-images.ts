import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { GreyImage, RgbImage } from "@covidxr/image";
import type { EmbeddableImage } from "./embedder.js";
import type { ProbeImage } from "./evaluate-probe.js";

/** Gives the lung mask of an image, the same at each call; a value above 0 is lung. */
export type LungMaskOf = (image: ProbeImage) => Promise<GreyImage | undefined>;

/** Pictures as they are. */
export function wholeImages(images: readonly ProbeImage[]): EmbeddableImage[] {
  return images.map((image) => ({ key: image.key, load: () => image.pixels() }));
}

/** Pictures whose middle is black. */
export function borderImages(images: readonly ProbeImage[]): EmbeddableImage[] {
  return images.map((image) => ({
    key: cacheKey(image.key, "border", BORDER_SHARE),
    async load() {
      const picture = await image.pixels();
      return coverImage(picture, centreMask(picture.width, picture.height));
    },
  }));
}

/**
 * Pictures whose lungs are black: under {@link lungEllipses}, or under their masks.
 *
 * @throws {InvalidArgumentError} when a mask is missing or covers nothing: mixing masks and ellipses, or leaving some
 * pictures open, would tell the pictures apart by their covers.
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
        const picture = await image.pixels();
        return coverImage(picture, lungEllipses(picture.width, picture.height));
      },
    }));
  }
  const pictures: EmbeddableImage[] = [];
  const missing: string[] = [];
  for (const image of images) {
    throwIfInterrupted(signal, "probing");
    const mask = await lungMask(image);
    if (mask === undefined || !mask.data.some((value) => value > 0)) missing.push(image.fingerprint.path);
    else {
      pictures.push({
        key: cacheKey(image.key, "lung mask", mask.width, mask.height, mask.data),
        // Asked for again rather than kept: masks are as large as their radiographs.
        load: async () => coverImage(await image.pixels(), (await lungMask(image))!),
      });
    }
  }
  if (missing.length === 0) return pictures;
  throw new InvalidArgumentError({
    parameter: "lungMask",
    value: missing,
    message:
      `expected a mask with lungs for each of ${images.length} images, got none for ${missing.length}, ` +
      `such as ${missing[0]}; add the masks, or pass no \`lungMask\` to cover all lungs with ellipses`,
  });
}

/** Share of each side that {@link centreMask} leaves open at either end. */
export const BORDER_SHARE = 0.1;

/**
 * Mask of everything but the border of a picture: 255 in its middle, 0 in the outer tenth of each side
 * ({@link BORDER_SHARE}, rounded, at least one pixel).
 *
 * @param width Columns, 3 or more.
 * @param height Rows, 3 or more.
 * @throws {InvalidArgumentError} on a smaller side, which has no middle.
 */
export function centreMask(width: number, height: number): GreyImage {
  checkSide("width", width);
  checkSide("height", height);
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

function checkSide(parameter: string, value: number): void {
  if (Number.isInteger(value) && value >= 3) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected an integer of 3 or more, got ${value}; a smaller picture has no middle`,
  });
}

/**
 * The two ellipses of {@link lungEllipses}, in shares of the picture's sides: distance of their centres from the
 * midline, height of their centres, half axes. Chosen by eye on the published study's radiographs (48 single ones and the
 * means of both sources) so that the lungs lie inside even where the picture is cropped close. What sticks out in a few
 * are apices and outer corners.
 */
export const LUNG_ELLIPSES = {
  fromMidline: 0.22,
  centreHeight: 0.5,
  halfWidth: 0.26,
  halfHeight: 0.46,
} as const;

/**
 * Mask of where the lungs are in a frontal chest radiograph that fills its picture: 255 inside two generous ellipses
 * ({@link LUNG_ELLIPSES}), 0 outside, symmetric. It is the same for every picture of a size, so that the mask itself
 * tells nothing; in return it covers the heart and more, about three quarters of the picture.
 *
 * @param width Columns.
 * @param height Rows.
 * @throws {InvalidArgumentError} on a side that is no integer of 1 or more.
 */
export function lungEllipses(width: number, height: number): GreyImage {
  for (const [parameter, value] of [["width", width] as const, ["height", height] as const]) {
    if (Number.isInteger(value) && value >= 1) continue;
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an integer of 1 or more, got ${value}`,
    });
  }
  const { fromMidline, centreHeight, halfWidth, halfHeight } = LUNG_ELLIPSES;
  const data = new Uint8Array(width * height);
  for (let row = 0; row < height; row++) {
    const vertical = ((row + 0.5) / height - centreHeight) / halfHeight;
    for (let column = 0; column < width; column++) {
      // The distance from the midline serves both ellipses, and keeps the mask symmetric to the bit.
      const distance = Math.abs(2 * column + 1 - width) / (2 * width);
      const horizontal = (distance - fromMidline) / halfWidth;
      if (horizontal ** 2 + vertical ** 2 <= 1) data[row * width + column] = 255;
    }
  }
  return { width, height, data };
}

/**
 * Blackens what a mask covers. The mask is brought to the picture's size, each pixel taking the mask's value under its
 * centre, so that both must show the same field.
 *
 * @param mask Covered where its value is above 0.
 * @throws {InvalidArgumentError} when the data of either do not fit its size.
 */
export function coverImage(picture: RgbImage, mask: GreyImage): RgbImage {
  const { width, height } = picture;
  checkData("picture", picture, 3);
  checkData("mask", mask, 1);
  const data = picture.data.slice();
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
