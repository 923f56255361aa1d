import { expectNewTensors, randomTensor, relativeError } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import * as tf from "@tensorflow/tfjs-core";
import "@tensorflow/tfjs-backend-wasm";
// Registers the gradients.
import "@tensorflow/tfjs-layers";
import * as fc from "fast-check";
import { useAnyBackend } from "../../testing/use-any-backend.js";
import { withBackend } from "../with-backend.js";
import { conv2dBackpropFilter } from "./conv2d-backprop-filter.js";
import { maxPoolGrad } from "./max-pool-grad.js";
import { registerWasmKernels } from "./register-wasm-kernels.js";

beforeAll(async () => {
  await useAnyBackend();
  await tf.setBackend("wasm");
  registerWasmKernels();
});

type Shape = [number, number, number, number];

/** Gradients of Σ(op(x, …) · r) in x, …, with values and r from keys, on one backend. */
function gradientsOn(
  backend: string,
  op: (...inputs: tf.Tensor4D[]) => tf.Tensor,
  shapes: readonly Shape[],
): Float32Array[] {
  const random = (key: string, shape: number[]) => tf.tensor(randomTensor(key, shape).data, shape);
  return withBackend(backend, () => {
    const results: Float32Array[] = [];
    tf.tidy(() => {
      // To fifths, so that many windows hold equal values.
      const inputs = shapes.map((shape, i) => tf.div(tf.round(tf.mul(random(`${i}`, shape), 5)), 5));
      const weighted = (...given: tf.Tensor[]) => {
        const y = op(...(given as tf.Tensor4D[]));
        return tf.sum(tf.mul(y, random("direction", y.shape)));
      };
      for (const gradient of tf.grads(weighted)(inputs)) results.push(gradient.dataSync() as Float32Array);
    });
    return results;
  });
}

const size = (min: number, max: number) => fc.integer({ min, max });

describe("Conv2DBackpropFilter", () => {
  test("equals the cpu backend's on any shape, stride and padding", () => {
    fc.assert(
      fc.property(
        fc.tuple(size(1, 3), size(4, 8), size(4, 8), size(1, 3)),
        fc.tuple(size(1, 4), size(1, 4), size(1, 3)),
        fc.tuple(size(1, 3), size(1, 3)),
        fc.constantFrom("same" as const, "valid" as const),
        (x, [rows, columns, filters], strides, padding) => {
          const shapes: Shape[] = [x, [rows, columns, x[3], filters]];
          const conv = (...[a, w]: tf.Tensor4D[]) => tf.conv2d(a!, w!, strides, padding);
          const expected = gradientsOn("cpu", conv, shapes);
          const actual = gradientsOn("wasm", conv, shapes);
          for (const [i, values] of expected.entries()) {
            expect(relativeError(actual[i]!, values)).toBeLessThan(1e-5);
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("leaves no tensor behind", async () => {
    const shapes: Shape[] = [
      [2, 5, 6, 2],
      [3, 3, 2, 4],
    ];
    await expectNewTensors(() => gradientsOn("wasm", (...[a, w]) => tf.conv2d(a!, w!, 1, "same"), shapes));
  });
});

const kernel = fc.tuple(size(1, 3), size(1, 3));

test("MaxPoolGrad equals the cpu backend's on any shape, stride and padding, ties included", () => {
  fc.assert(
    fc.property(
      fc.tuple(size(1, 3), size(4, 8), size(4, 8), size(1, 3)),
      kernel,
      kernel,
      fc.constantFrom("same" as const, "valid" as const),
      (shape, window, strides, padding) => {
        const pool = (...[a]: tf.Tensor4D[]) => tf.maxPool(a!, window, strides, padding);
        const [expected] = gradientsOn("cpu", pool, [shape]);
        const [actual] = gradientsOn("wasm", pool, [shape]);
        expect(relativeError(actual!, expected!)).toBeLessThan(1e-5);
      },
    ),
    { numRuns: 40 },
  );
});

describe("registerWasmKernels", () => {
  test("again changes nothing", () => {
    const registered = () =>
      [conv2dBackpropFilter, maxPoolGrad].map((k) => tf.getKernel(k.kernelName, "wasm"));
    const own = registered();
    registerWasmKernels();
    expect(registered()).toEqual(own);
    expect(own).toEqual([conv2dBackpropFilter, maxPoolGrad]);
  });

  test.each([conv2dBackpropFilter, maxPoolGrad])(
    "leaves a $kernelName alone that is there and right",
    (ours) => {
      const future = { ...ours };
      tf.unregisterKernel(ours.kernelName, "wasm");
      tf.registerKernel(future);
      withBackend("wasm", registerWasmKernels);
      expect(tf.getKernel(ours.kernelName, "wasm")).toBe(future);
    },
  );
});
