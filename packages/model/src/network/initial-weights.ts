import { createRng, type Rng } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { NamedWeights } from "../weights/model-weights.js";

// Read from the global object once: inside a node:vm context (test runners) each lookup of a global costs
// microseconds, and there are 20 million values to draw.
const { cos, log, sin, sqrt, PI } = Math;

const INITIALIZERS: Readonly<Record<string, typeof heNormal>> = { dense: heUniform, output: glorotUniform };

/**
 * Draws initial kernels for the named layers: He uniform for `dense`, Glorot uniform for `output`, He normal for the
 * convolutions. Biases are left out and start at zero, layers without weights are skipped. Each layer draws from its own
 * stream, so its values depend only on the seed, its name and its shape.
 */
export function drawWeights(model: LayersModel, layers: readonly string[], seed: number): NamedWeights {
  const drawn: NamedWeights = new Map();
  for (const name of layers) {
    const kernel = model.getLayer(name).weights[0];
    if (kernel === undefined) continue;
    const shape = kernel.shape as number[];
    const rng = createRng(seed, { purpose: `initial weights of ${name}` });
    drawn.set(`${name}/kernel`, { shape, values: (INITIALIZERS[name] ?? heNormal)(rng, shape) });
  }
  return drawn;
}

/**
 * He normal: mean 0, variance 2 / fan-in (He et al. 2015, "Delving deep into rectifiers"), not truncated.
 *
 * @param shape Kernel shape, [height, width, in, out] or [in, out].
 */
export function heNormal(rng: Rng, shape: readonly number[]): Float32Array {
  const deviation = sqrt(2 / fans(shape).fanIn);
  const values = new Float32Array(product(shape));
  // Box–Muller on 32-bit words, using both outputs: a quarter of the words that `rng.normal()` takes, which matters
  // for 20 million weights that end as float32.
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
