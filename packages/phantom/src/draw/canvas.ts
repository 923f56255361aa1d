import type { Rng } from "@covidxr/core";

const { ceil, floor, max, min, sqrt } = Math;

/**
 * A density map of the chest in body coordinates: x to the image's right from the spine, y down from the top of
 * the shoulders, both in centimetres. Density runs from 0 (air) to about 1 (bone over soft tissue); an X-ray shows
 * it from black to white.
 */
export interface Canvas {
  readonly width: number;
  readonly height: number;
  /** Points per centimetre. */
  readonly resolution: number;
  readonly density: Float32Array;
  /** Share of each point that is aerated lung, 0 to 1. */
  readonly lung: Float32Array;
}

/** Extent of every canvas in centimetres: larger than any frame, which may be rotated and shifted. */
export const EXTENT = { left: -24, top: -6, width: 48, height: 50 } as const;

// A finer canvas would only cost time: beyond this, an image shows only grain.
const FINEST = 7;
const COARSEST = 2;

/** @param pixelsPerCm Resolution of the image to be taken of it. */
export function createCanvas(pixelsPerCm: number): Canvas {
  const resolution = Math.min(FINEST, Math.max(COARSEST, Math.ceil(pixelsPerCm)));
  const width = EXTENT.width * resolution;
  const height = EXTENT.height * resolution;
  return {
    width,
    height,
    resolution,
    density: new Float32Array(width * height),
    lung: new Float32Array(width * height),
  };
}

export const columnOf = (canvas: Canvas, x: number): number => (x - EXTENT.left) * canvas.resolution - 0.5;
export const rowOf = (canvas: Canvas, y: number): number => (y - EXTENT.top) * canvas.resolution - 0.5;
export const xOf = (canvas: Canvas, column: number): number =>
  EXTENT.left + (column + 0.5) / canvas.resolution;
export const yOf = (canvas: Canvas, row: number): number => EXTENT.top + (row + 0.5) / canvas.resolution;

/** Calls `visit` with index and body coordinates of every canvas point in a rectangle given in centimetres. */
export function forEachPoint(
  canvas: Canvas,
  area: { left: number; right: number; top: number; bottom: number },
  visit: (index: number, x: number, y: number) => void,
): void {
  const firstColumn = max(0, ceil(columnOf(canvas, area.left)));
  const lastColumn = min(canvas.width - 1, floor(columnOf(canvas, area.right)));
  const firstRow = max(0, ceil(rowOf(canvas, area.top)));
  const lastRow = min(canvas.height - 1, floor(rowOf(canvas, area.bottom)));
  for (let row = firstRow; row <= lastRow; row++) {
    const y = yOf(canvas, row);
    for (let column = firstColumn; column <= lastColumn; column++) {
      visit(row * canvas.width + column, xOf(canvas, column), y);
    }
  }
}

/** 0 below `from`, 1 above `to`, smooth in between. */
export function smoothstep(from: number, to: number, x: number): number {
  const t = min(1, max(0, (x - from) / (to - from)));
  return t * t * (3 - 2 * t);
}

/** How far inside an ellipse a point lies: 1 at its centre, 0 on its edge, negative outside. */
export function insideEllipse(
  x: number,
  y: number,
  ellipse: { x: number; y: number; radiusX: number; radiusY: number; tilt: number },
): number {
  const cos = ellipse.tilt === 0 ? 1 : Math.cos(ellipse.tilt);
  const sin = ellipse.tilt === 0 ? 0 : Math.sin(ellipse.tilt);
  const dx = x - ellipse.x;
  const dy = y - ellipse.y;
  const u = (dx * cos + dy * sin) / ellipse.radiusX;
  const v = (dy * cos - dx * sin) / ellipse.radiusY;
  return 1 - sqrt(u * u + v * v);
}

/** A smooth random field over the canvas, about -1 to 1. */
export type Field = (x: number, y: number) => number;

/**
 * Value noise: random numbers on a grid, interpolated smoothly; each octave has half the cell and 0.6 of the strength.
 *
 * @param cell Size of the coarsest grid cell in centimetres.
 */
export function smoothField(rng: Rng, cell: number, octaves: number): Field {
  const layers = Array.from({ length: octaves }, (_, octave) => {
    const size = cell / 2 ** octave;
    const columns = ceil(EXTENT.width / size) + 2;
    const rows = ceil(EXTENT.height / size) + 2;
    const values = Float32Array.from(
      { length: columns * rows },
      () => (rng.uint32() / 2 ** 31 - 1) * 0.6 ** octave,
    );
    return { size, columns, values };
  });
  return (x, y) => {
    let sum = 0;
    for (const { size, columns, values } of layers) {
      const u = (x - EXTENT.left) / size;
      const v = (y - EXTENT.top) / size;
      const column = floor(u);
      const row = floor(v);
      const fx = fade(u - column);
      const fy = fade(v - row);
      const i = row * columns + column;
      const top = values[i]! + (values[i + 1]! - values[i]!) * fx;
      const bottom = values[i + columns]! + (values[i + columns + 1]! - values[i + columns]!) * fx;
      sum += top + (bottom - top) * fy;
    }
    return sum;
  };
}

function fade(t: number): number {
  return t * t * (3 - 2 * t);
}
