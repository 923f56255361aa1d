import type { Rng } from "@covidxr/core";
import { EXTENT } from "./canvas.js";

const { ceil, floor } = Math;

/** A smooth random field over the canvas, about -1 to 1. */
export type Field = (x: number, y: number) => number;

/**
 * Value noise: random numbers on a grid, joined smoothly, in octaves of half the cell and 0.6 of the strength.
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
