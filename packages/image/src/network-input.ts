import { createRng } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { checkArguments, checkInteger, checkOptions } from "@covidxr/core/internal";
import { type AugmentationRanges, augment, sampleAugmentation } from "./pixels/augment.js";
import { normalize, type Preprocessing } from "./pixels/normalize.js";
import type { PixelMaking, PreparedImage } from "./prepare-images.js";

/** One image as a network's input, loaded on demand; what `extractFeatures` of `@covidxr/training` takes. */
export interface NetworkInput {
  /** Names everything that the input depends on: bytes of the file, decoder, size, preprocessing, augmentation. */
  readonly key: string;
  /** `[H, W, 3]`; absent where the image does not say. */
  readonly shape?: readonly number[];
  /**
   * How the file became the input, but for augmentation: inputs of different settings do not belong together. Absent where
   * the image does not say.
   */
  readonly settings?: string;
  /** The input, float32 `[H, W, 3]` in row-major order. */
  load(): Promise<Float32Array>;
}

/** An augmented copy of an image. */
export interface AugmentedCopy {
  /** How far it may be moved. */
  readonly ranges: AugmentationRanges;
  /** Decides how it is moved. Safe integer, 0 or more. */
  readonly seed: number;
  /** Running number of the copy, or of the epoch that sees it. Integer, 0 or more. */
  readonly copy: number;
}

/**
 * A prepared image as the network's input.
 *
 * @param augmented Moves it. The draw depends on the seed, the image's own content and the number of the copy alone, so that
 * neither the other images nor their order change it. @defaultValue not moved
 * @throws {InvalidArgumentError} on a copy that is not an integer of 0 or more; by `load` on a seed or range out of range.
 */
export function networkInput(
  image: Pick<PreparedImage, "key" | "pixels"> & Partial<Pick<PreparedImage, "making">>,
  preprocessing: Preprocessing,
  augmented?: AugmentedCopy,
): NetworkInput {
  checkArguments({ image }, { image: "object" });
  checkArguments({ "image.key": image.key }, { "image.key": "string" });
  checkArguments({ preprocessing }, { preprocessing: ["rescale", "caffe"] });
  const { making } = image;
  const made = making && {
    shape: [making.height, making.width, 3],
    settings: settingsLine(making, preprocessing),
  };
  if (augmented === undefined) {
    return {
      ...made,
      key: cacheKey(image.key, preprocessing),
      load: async () => normalize(await image.pixels(), preprocessing),
    };
  }
  checkOptions(augmented, { ranges: "object", seed: "number", copy: "number" }, "augmented");
  const { ranges, seed, copy } = augmented;
  checkInteger("copy", copy, { min: 0 });
  // The key is a digest; its first 32 bits number the image.
  const index = Number.parseInt(image.key.slice(0, 8), 16);
  return {
    ...made,
    // The name is the first one it had; with another, cached features would be computed again.
    key: cacheKey(image.key, preprocessing, "study augmentation", ranges, seed, copy),
    async load() {
      const pixels = await image.pixels();
      const rng = createRng(seed, { purpose: "augmentation", epoch: copy, index });
      return normalize(augment(pixels, sampleAugmentation(rng, pixels, ranges)), preprocessing);
    },
  };
}

/** Such as `"nearest, jimp, rescale"`; what stands at its default is left out. */
function settingsLine(
  { method, decoder, orientation, window }: PixelMaking,
  preprocessing: Preprocessing,
): string {
  const window16 =
    window === undefined ? [] : [`window ${window === "full" ? window : JSON.stringify(window)}`];
  const turned = orientation === undefined ? [] : [`orientation ${orientation}`];
  return [method, decoder.name, ...turned, ...window16, preprocessing].join(", ");
}
