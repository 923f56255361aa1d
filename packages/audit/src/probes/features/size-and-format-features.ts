import type { Fingerprint } from "../../fingerprints/fingerprint.js";

/** What {@link sizeAndFormatFeatures} gives, in its order. */
export const SIZE_AND_FORMAT_FEATURES: readonly string[] = [
  "width",
  "height",
  "aspect ratio",
  "pixel count",
  "PNG",
];

/**
 * What is known of a file without looking at a pixel ({@link SIZE_AND_FORMAT_FEATURES}): logarithms to base 2 of columns,
 * rows, columns over rows, and columns times rows; 1 for a PNG and 0 for a JPEG.
 */
export function sizeAndFormatFeatures({ width, height, format }: Fingerprint): Float64Array {
  return Float64Array.of(
    Math.log2(width),
    Math.log2(height),
    Math.log2(width / height),
    Math.log2(width * height),
    format === "png" ? 1 : 0,
  );
}
