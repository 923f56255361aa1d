import type { RgbImage } from "../pixels/images.js";

/** Pillow's nearest resize of a checked image. */
export function resizeNearest(image: RgbImage, height: number, width: number): RgbImage {
  const columns = storedPositions(image.width, width);
  const rows = storedPositions(image.height, height);
  const source = image.data;
  const data = new Uint8Array(height * width * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    const row = rows[y]! * image.width;
    for (let x = 0; x < width; x++, to += 3) {
      const from = (row + columns[x]!) * 3;
      data[to] = source[from]!;
      data[to + 1] = source[from + 1]!;
      data[to + 2] = source[from + 2]!;
    }
  }
  return { width, height, data };
}

/**
 * floor((i + 0.5) * stored / wanted) for each i, summed step by step as Pillow does (`ImagingScaleAffine`): where the
 * exact value is a whole number, the sum's rounding decides which pixel is taken.
 */
function storedPositions(stored: number, wanted: number): Int32Array {
  const step = stored / wanted;
  const positions = new Int32Array(wanted);
  let position = step * 0.5;
  for (let i = 0; i < wanted; i++) {
    positions[i] = position;
    position += step;
  }
  return positions;
}
