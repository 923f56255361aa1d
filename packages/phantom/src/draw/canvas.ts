const { ceil, floor, max, min } = Math;

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

/** Extent of every canvas in centimetres: more than a frame shows, so that it may be turned and shifted. */
export const EXTENT = { left: -24, top: -6, width: 48, height: 50 } as const;

// A finer canvas than this would only cost time: what a picture shows beyond it is grain.
const FINEST = 7;
const COARSEST = 2;

/** @param pixelsPerCm Resolution of the picture that will be taken of it. */
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
