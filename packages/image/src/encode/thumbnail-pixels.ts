/** Which stored positions lie under one new one, and how much of each. */
interface Cover {
  readonly first: number;
  /** Overlaps in units of 1 / `wanted` stored pixels; they sum to `stored`. */
  readonly overlaps: readonly number[];
}

/** Pixels of whatever number of channels, row-major, channels last. */
interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/**
 * Shrinks pixels to `height` × `width`: each new value is the mean over the stored area that it covers, pixels that
 * lie under it in part counting in part, rounded to the nearest integer (a half up). Sums are of integers, so that the
 * result is exact.
 *
 * @param image Checked, with sides of at least `height` and `width`.
 */
export function averageAreas(image: Pixels, channels: number, height: number, width: number): Uint8Array {
  const source = image.data;
  const rows = covers(image.height, height);
  const columns = covers(image.width, width);
  const area = image.height * image.width;
  const data = new Uint8Array(height * width * channels);
  const sums = new Float64Array(image.width * channels);
  let to = 0;
  for (const row of rows) {
    sums.fill(0);
    for (const [k, overlap] of row.overlaps.entries()) {
      const from = (row.first + k) * sums.length;
      for (let i = 0; i < sums.length; i++) sums[i]! += source[from + i]! * overlap;
    }
    for (const column of columns) {
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        let from = column.first * channels + channel;
        for (const overlap of column.overlaps) {
          sum += sums[from]! * overlap;
          from += channels;
        }
        data[to++] = Math.floor(sum / area + 0.5);
      }
    }
  }
  return data;
}

function covers(stored: number, wanted: number): Cover[] {
  return Array.from({ length: wanted }, (_, i) => {
    // In units of 1 / wanted stored pixels, a new pixel is `stored` long and a stored one `wanted`.
    const begin = i * stored;
    const end = begin + stored;
    const first = Math.floor(begin / wanted);
    const last = Math.ceil(end / wanted);
    const overlaps = Array.from({ length: last - first }, (_, k) => {
      const at = (first + k) * wanted;
      return Math.min(end, at + wanted) - Math.max(begin, at);
    });
    return { first, overlaps };
  });
}
