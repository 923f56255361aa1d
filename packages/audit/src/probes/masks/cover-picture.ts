import { InvalidArgumentError } from "@covidxr/core";
import type { GreyImage, RgbImage } from "@covidxr/image";

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
