import { minimalFilter, POINTS, TAPS, TILE } from "./minimal-filtering.js";

/** A matrix in row-major order. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  readonly data: Float32Array;
}

/** The linear maps of a whole image axis; rows of points count (point, tile), the point slower. */
export interface AxisTransforms {
  readonly tiles: number;
  /** `[POINTS · tiles, input]`: from pixels to points; padding is in it as missing columns. */
  readonly input: Matrix;
  /** `[output, POINTS · tiles]`: from points to pixels. */
  readonly output: Matrix;
}

/**
 * Transforms of a 3-tap, stride-1 convolution along an axis of `input` pixels with `before` zeros in front and
 * `output` results. Tiles that reach over the end are cut off.
 */
export function axisTransforms(input: number, output: number, before: number): AxisTransforms {
  const filter = minimalFilter();
  const tiles = Math.ceil(output / TILE);
  const toPoints = new Float32Array(POINTS * tiles * input);
  const toPixels = new Float32Array(output * POINTS * tiles);
  for (let point = 0; point < POINTS; point++) {
    for (let tile = 0; tile < tiles; tile++) {
      const row = point * tiles + tile;
      for (let i = 0; i < POINTS; i++) {
        const pixel = tile * TILE + i - before;
        if (pixel >= 0 && pixel < input) toPoints[row * input + pixel] = filter.input[point]![i]!;
      }
      for (let place = 0; place < TILE; place++) {
        const pixel = tile * TILE + place;
        if (pixel < output) toPixels[pixel * POINTS * tiles + row] = filter.output[place]![point]!;
      }
    }
  }
  return {
    tiles,
    input: { rows: POINTS * tiles, columns: input, data: toPoints },
    output: { rows: output, columns: POINTS * tiles, data: toPixels },
  };
}

/** `[POINTS², TAPS²]`: from a 3 × 3 kernel to its values at the points of both axes. */
export function kernelTransform(): Matrix {
  const { kernel } = minimalFilter();
  const data = new Float32Array(POINTS ** 2 * TAPS ** 2);
  let to = 0;
  for (const vertical of kernel) {
    for (const horizontal of kernel) {
      for (const down of vertical) for (const across of horizontal) data[to++] = down * across;
    }
  }
  return { rows: POINTS ** 2, columns: TAPS ** 2, data };
}

export function transposed({ rows, columns, data }: Matrix): Matrix {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      result[column * rows + row] = data[row * columns + column]!;
    }
  }
  return { rows: columns, columns: rows, data: result };
}
