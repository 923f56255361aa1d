import type { Rng } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";
import { type Canvas, columnOf, rowOf } from "./canvas.js";

const { floor, max, min, round, sqrt } = Math;

/** How one radiograph was taken. No number depends on the finding. */
export interface Exposure {
  /** Rotation of the patient in the frame, in radians. */
  readonly rotation: number;
  /** Centre of the frame in body coordinates, in centimetres. */
  readonly centreX: number;
  readonly centreY: number;
  /** Width of the frame at an aspect ratio of 1.15, in centimetres. */
  readonly field: number;
  readonly contrast: number;
  readonly brightness: number;
  readonly gamma: number;
  /** Standard deviation of the grain, on a scale of 0 to 1. */
  readonly grain: number;
}

export function sampleExposure(rng: Rng): Exposure {
  const between = (low: number, high: number) => low + (high - low) * rng.uniform();
  return {
    rotation: between(-0.055, 0.055),
    centreX: between(-1, 1),
    centreY: between(15.4, 16.8),
    field: between(37.2, 39.2),
    contrast: between(1.23, 1.37),
    brightness: between(-0.025, 0.025),
    gamma: between(0.94, 1.08),
    grain: between(0.008, 0.014),
  };
}

const USUAL_ASPECT = 1.15;
/** Width of the usual field, in centimetres. */
export const USUAL_FIELD = 38;
// Density shown as black, and the grey level of black on film.
const AIR = 0.08;
const BASE_FOG = 0.03;

/** Takes the radiograph: samples the canvas within the frame, applies the tone curve and adds grain. */
export function expose(
  canvas: Canvas,
  exposure: Exposure,
  rng: Rng,
  frame: { width: number; height: number; bodySize: number },
): GreyImage {
  const { width, height } = frame;
  // Frames of every aspect ratio cover the same area, so that none shows more of the patient.
  const fieldWidth = (exposure.field / frame.bodySize) * sqrt(width / height / USUAL_ASPECT);
  const step = fieldWidth / width;
  const cos = Math.cos(exposure.rotation) * step;
  const sin = Math.sin(exposure.rotation) * step;
  const grain = createGrain(rng);
  const curve = toneCurve(exposure);
  const data = new Uint8Array(width * height);
  for (let row = 0, i = 0; row < height; row++) {
    const v = row + 0.5 - height / 2;
    for (let column = 0; column < width; column++, i++) {
      const u = column + 0.5 - width / 2;
      const density = sample(
        canvas,
        columnOf(canvas, exposure.centreX + u * cos - v * sin),
        rowOf(canvas, exposure.centreY + u * sin + v * cos),
      );
      const step = min(CURVE_STEPS, max(0, round((density * CURVE_STEPS) / CURVE_END)));
      const shown = curve[step]! + exposure.grain * grain();
      data[i] = min(255, max(0, round(255 * shown)));
    }
  }
  return { width, height, data };
}

/** Bilinear, clamped at the edges. */
function sample(canvas: Canvas, column: number, row: number): number {
  const x = min(canvas.width - 1.001, max(0, column));
  const y = min(canvas.height - 1.001, max(0, row));
  const left = floor(x);
  const top = floor(y);
  const i = top * canvas.width + left;
  const { density } = canvas;
  const above = density[i]! + (density[i + 1]! - density[i]!) * (x - left);
  const j = i + canvas.width;
  const below = density[j]! + (density[j + 1]! - density[j]!) * (x - left);
  return above + (below - above) * (y - top);
}

// Standard deviation of the sum of four independent bytes: sqrt(4 (256² - 1) / 12).
const FOUR_BYTES = sqrt((4 * (256 ** 2 - 1)) / 12);

/**
 * Approximately normal numbers of mean 0 and standard deviation 1: the sum of the four bytes of a word. The words come
 * from xorshift (Marsaglia, J. Stat. Softw. 2003; 8(14), triple 13, 17, 5), seeded by `rng`: each pixel needs one.
 */
function createGrain(rng: Rng): () => number {
  let state = rng.uint32() | 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const sum = (state & 255) + ((state >>> 8) & 255) + ((state >>> 16) & 255) + (state >>> 24);
    return (sum - 510) / FOUR_BYTES;
  };
}

const CURVE_STEPS = 4096;
const CURVE_END = 1.5;

/** Grey value, from 0 to above 1, of every density from 0 to CURVE_END in equal steps. */
function toneCurve(exposure: Exposure): Float32Array {
  return Float32Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const density = (step * CURVE_END) / CURVE_STEPS;
    const tone = (density - AIR) * exposure.contrast + exposure.brightness;
    return BASE_FOG + max(0, tone) ** exposure.gamma;
  });
}

/** Burnt into every image. */
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
 * the same: nothing else in the image has its contrast, so a label that moved would be the first thing a network learns.
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
