import type { RgbImage } from "../pixels/images.js";

/** Turns and mirrors stored pixels as EXIF orientation 1 to 8 says, so that the picture stands upright. */
export function orient(image: RgbImage, orientation: number): RgbImage {
  const { width: w, height: h, data } = image;
  const last = w * h - 1;
  // Stored pixel of the upright corner, and how far the stored pixel moves per upright column and row
  // (EXIF 2.32, tag Orientation: 5 to 8 exchange rows and columns).
  const walks: Readonly<Record<number, readonly [start: number, perColumn: number, perRow: number]>> = {
    2: [w - 1, -1, w],
    3: [last, -1, -w],
    4: [last - w + 1, 1, -w],
    5: [0, w, 1],
    6: [last - w + 1, -w, 1],
    7: [last, -w, -1],
    8: [w - 1, w, -1],
  };
  const walk = walks[orientation];
  if (walk === undefined) return image;
  const [start, perColumn, perRow] = walk;
  const width = orientation > 4 ? h : w;
  const height = orientation > 4 ? w : h;
  const upright = new Uint8Array(data.length);
  let to = 0;
  for (let y = 0; y < height; y++) {
    let from = (start + y * perRow) * 3;
    for (let x = 0; x < width; x++, from += perColumn * 3, to += 3) {
      upright[to] = data[from]!;
      upright[to + 1] = data[from + 1]!;
      upright[to + 2] = data[from + 2]!;
    }
  }
  return { width, height, data: upright };
}
