import type { GreyImage } from "@covidxr/image";

const { floor, max, round } = Math;

/** Burnt into every picture. */
const LABEL = "SYNTHETIC";

// Letters of a 5 × 7 dot-matrix face, one number a row, most significant bit to the left.
const GLYPHS: Readonly<Record<string, readonly number[]>> = {
  S: [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
  Y: [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100],
  N: [0b10001, 0b11001, 0b10101, 0b10011, 0b10001, 0b10001, 0b10001],
  T: [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
  H: [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
  E: [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
  I: [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
  C: [0b01111, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b01111],
};
const GLYPH_WIDTH = 5;
const GLYPH_HEIGHT = 7;
const SPACING = 1;
const INK = 235;
const GROUND = 20;

/**
 * Writes {@link LABEL} into the lower left corner, light on a dark plate, legible at any size. The corner is always
 * the same: nothing else in the picture has its contrast, and a label that moved about would be the first thing a
 * network learns to see.
 */
export function stampLabel(image: GreyImage): void {
  const columns = LABEL.length * (GLYPH_WIDTH + SPACING) + SPACING;
  const rows = GLYPH_HEIGHT + 2 * SPACING;
  const scale = max(1, round((0.22 * image.width) / columns));
  const margin = 2 * scale;
  const left = margin;
  const top = image.height - margin - rows * scale;
  for (let y = 0; y < rows * scale; y++) {
    for (let x = 0; x < columns * scale; x++) {
      const ink = isInk(floor(x / scale) - SPACING, floor(y / scale) - SPACING);
      image.data[(top + y) * image.width + left + x] = ink ? INK : GROUND;
    }
  }
}

function isInk(column: number, row: number): boolean {
  if (column < 0 || row < 0 || row >= GLYPH_HEIGHT) return false;
  const letter = LABEL[floor(column / (GLYPH_WIDTH + SPACING))];
  const bit = column % (GLYPH_WIDTH + SPACING);
  if (letter === undefined || bit >= GLYPH_WIDTH) return false;
  return ((GLYPHS[letter]![row]! >> (GLYPH_WIDTH - 1 - bit)) & 1) === 1;
}
