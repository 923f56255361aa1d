import type { Rng } from "@covidxr/core";

// Taken from the global object once: where programs run in a context of their own (node:vm, test runners) each
// look-up of a global costs microseconds, and there are 20 million values to draw.
const { cos, log, sin, sqrt, PI } = Math;

/**
 * He normal: mean 0, variance 2 / fan-in (He et al. 2015, "Delving deep into rectifiers"), not truncated.
 *
 * @param shape Kernel shape, [height, width, in, out] or [in, out].
 */
export function heNormal(rng: Rng, shape: readonly number[]): Float32Array {
  const deviation = sqrt(2 / fans(shape).fanIn);
  const values = new Float32Array(product(shape));
  // Box–Muller on whole 32-bit words and both of its outputs: four times fewer words than `rng.normal()`, which
  // matters for 20 million weights that end as float32 anyway.
  for (let i = 0; i < values.length; i += 2) {
    const radius = deviation * sqrt(-2 * log((rng.uint32() + 0.5) / 2 ** 32));
    const angle = (2 * PI * rng.uint32()) / 2 ** 32;
    values[i] = radius * cos(angle);
    if (i + 1 < values.length) values[i + 1] = radius * sin(angle);
  }
  return values;
}

/** He uniform: uniform in ±√(6 / fan-in), as Keras' `he_uniform`. @param shape As in {@link heNormal}. */
export function heUniform(rng: Rng, shape: readonly number[]): Float32Array {
  return uniform(rng, shape, sqrt(6 / fans(shape).fanIn));
}

/**
 * Glorot uniform: uniform in ±√(6 / (fan-in + fan-out)), as Keras' `glorot_uniform` (Glorot & Bengio 2010).
 * @param shape As in {@link heNormal}.
 */
export function glorotUniform(rng: Rng, shape: readonly number[]): Float32Array {
  const { fanIn, fanOut } = fans(shape);
  return uniform(rng, shape, sqrt(6 / (fanIn + fanOut)));
}

function uniform(rng: Rng, shape: readonly number[], limit: number): Float32Array {
  return Float32Array.from({ length: product(shape) }, () => limit * (2 * rng.uniform() - 1));
}

function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  const taps = product(shape.slice(0, -2));
  return { fanIn: taps * shape.at(-2)!, fanOut: taps * shape.at(-1)! };
}

function product(shape: readonly number[]): number {
  return shape.reduce((size, side) => size * side, 1);
}
