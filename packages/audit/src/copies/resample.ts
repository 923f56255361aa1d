import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import type { ImageWindow } from "./copy-pair.js";

const SIDE = THUMBNAIL_SIDE;

/** Where the positions of a window's side lie: `rest` of the way from stored position `first` to the next. */
export interface Positions {
  readonly first: Int32Array;
  readonly rest: Float64Array;
}

/** Positions of {@link THUMBNAIL_SIDE} values over a part of a side; beyond the outermost values these go on. */
export function positionsIn(begin: number, length: number): Positions {
  const first = new Int32Array(SIDE);
  const rest = new Float64Array(SIDE);
  for (let i = 0; i < SIDE; i++) {
    const at = Math.min(Math.max((begin + (length * (i + 0.5)) / SIDE) * SIDE - 0.5, 0), SIDE - 1);
    first[i] = Math.min(Math.floor(at), SIDE - 2);
    rest[i] = at - first[i]!;
  }
  return { first, rest };
}

/** What is seen of a picture in a window, as {@link THUMBNAIL_SIDE}² values (bilinear). */
export function resample(picture: ArrayLike<number>, window: ImageWindow): Float64Array {
  const xs = positionsIn(window.left, window.width);
  const ys = positionsIn(window.top, window.height);
  const values = new Float64Array(SIDE * SIDE);
  let to = 0;
  for (let i = 0; i < SIDE; i++) {
    const row = ys.first[i]! * SIDE;
    for (let j = 0; j < SIDE; j++) {
      const at = row + xs.first[j]!;
      const right = xs.rest[j]!;
      const upper = picture[at]! + (picture[at + 1]! - picture[at]!) * right;
      const lower = picture[at + SIDE]! + (picture[at + SIDE + 1]! - picture[at + SIDE]!) * right;
      values[to++] = upper + (lower - upper) * ys.rest[i]!;
    }
  }
  return values;
}

/** The mirror image, left to right. */
export function mirror(picture: Uint8Array): Uint8Array {
  return picture.map((_, i) => picture[i - (i % SIDE) + SIDE - 1 - (i % SIDE)]!);
}
