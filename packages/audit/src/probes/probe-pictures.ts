import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { GreyImage } from "@covidxr/image";
import type { EmbeddableImage } from "./embedder.js";
import { BORDER_SHARE, centreMask } from "./masks/centre-mask.js";
import { coverImage } from "./masks/cover-picture.js";
import { LUNG_ELLIPSES, lungEllipses } from "./masks/lung-ellipses.js";
import type { ProbeImage } from "./probe-image.js";

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
