import { InvalidArgumentError } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";

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
