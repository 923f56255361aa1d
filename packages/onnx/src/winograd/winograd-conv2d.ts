import type { GraphBuilder } from "../graph/graph-builder.js";
import { type LayerValue, spatialFirst } from "../graph/layer-value.js";
import type { EmitContext, EmittedStep, Step } from "../layers/layer-emitter.js";
import type { Window } from "../layers/window.js";
import {
  axisTransforms,
  kernelTransform,
  type Matrix,
  POINTS,
  TAPS,
  transposed,
} from "./minimal-filtering.js";

/** Channels from which on the transforms cost less than the products they save (see `benchmarks/README.md`). */
const WORTHWHILE_CHANNELS = 256;

/** Whether a convolution has the form F(4 × 4, 3 × 3) computes: 3 × 3 taps, one step, no dilation. */
export function hasWinogradForm(window: Window): boolean {
  return (
    window.size.every((size) => size === TAPS) &&
    window.strides.every((stride) => stride === 1) &&
    window.dilations.every((dilation) => dilation === 1)
  );
}

/** Whether the form also pays for a kernel `[3, 3, C_in, C_out]`. */
export function winogradPays(window: Window, kernelShape: readonly number[]): boolean {
  return hasWinogradForm(window) && Math.min(kernelShape[2]!, kernelShape[3]!) >= WORTHWHILE_CHANNELS;
}

/**
 * A 3 × 3 convolution by Winograd's minimal filtering, with a quarter of the products. Backward passes are the exact
 * derivatives of the same form.
 *
 * Values are spatial-first, `[H, W, N, C]`: every transform is then one matrix product with a small constant that
 * holds tiling, overlap and padding, and nothing is ever transposed or gathered. With points p, q (6 each) and
 * tiles s, t the products are `[N · t, C_in] × [C_in, C_out]` for each (p, s, q).
 */
export function winogradConv2d(
  { graph, weights }: EmitContext,
  step: Step,
  window: Window,
  input: LayerValue,
): EmittedStep {
  const [kernelInfo, biasInfo] = step.weights;
  const [, , channelsIn, channelsOut] = kernelInfo!.shape as [number, number, number, number];
  const vertical = axisTransforms(window.input[0], window.output[0], window.before[0]);
  const horizontal = axisTransforms(window.input[1], window.output[1], window.before[1]);
  const toKernelPoints = kernelTransform();
  const byPoint = (channels: number) => [POINTS, vertical.tiles, POINTS, -1, channels];
  const constant = (hint: string, { rows, columns, data }: Matrix) =>
    graph.floats(hint, data, [rows, columns]);

  /** `[h, w, N, C]` to `[p, s, q, t · N, C]`. */
  const toPoints = (value: string, down: Matrix, across: Matrix, channels: number): string => {
    const rows = reshaped(graph, value, [down.columns, -1]);
    const vertically = graph.op("MatMul", [constant("down", down), rows]);
    const columns = reshaped(graph, vertically, [down.rows, across.columns, -1]);
    const both = graph.op("MatMul", [constant("across", across), columns]);
    return reshaped(graph, both, byPoint(channels));
  };
  /** `[p, s, q, t · N, C]` to `[h, w, N, C]`. */
  const toPixels = (value: string, down: Matrix, across: Matrix, channels: number): string => {
    const columns = reshaped(graph, value, [down.columns, across.columns, -1]);
    const horizontally = graph.op("MatMul", [constant("across", across), columns]);
    const rows = reshaped(graph, horizontally, [down.columns, -1]);
    const both = graph.op("MatMul", [constant("down", down), rows]);
    return reshaped(graph, both, [down.rows, across.rows, -1, channels]);
  };

  const kernel = reshaped(graph, weights.weight(graph, kernelInfo!), [TAPS ** 2, channelsIn * channelsOut]);
  const kernelAtPoints = reshaped(graph, graph.op("MatMul", [constant("kernel", toKernelPoints), kernel]), [
    POINTS,
    1,
    POINTS,
    channelsIn,
    channelsOut,
  ]);
  const x = spatialFirst(graph, input);
  const inputAtPoints = toPoints(x.name, vertical.input, horizontal.input, channelsIn);
  const products = graph.op("MatMul", [inputAtPoints, kernelAtPoints]);
  const sums = toPixels(products, vertical.output, horizontal.output, channelsOut);
  const name = biasInfo === undefined ? sums : graph.op("Add", [sums, weights.weight(graph, biasInfo)]);
  return {
    output: { name, shape: step.outputShape, layout: "spatial-first" },
    backward(gradient, needs) {
      const dy = spatialFirst(graph, gradient);
      const dyAtPoints = toPoints(
        dy.name,
        transposed(vertical.output),
        transposed(horizontal.output),
        channelsOut,
      );
      const byWeight = new Map<string, string>();
      if (needs.weights) {
        const perTile = graph.op("MatMul", [lastTwoSwapped(graph, inputAtPoints), dyAtPoints]);
        const fromPoints = spreadOverTiles(transposed(toKernelPoints), vertical.tiles);
        const flat = reshaped(graph, perTile, [fromPoints.columns, channelsIn * channelsOut]);
        const dKernel = graph.op("MatMul", [constant("kernel", fromPoints), flat]);
        byWeight.set(kernelInfo!.name, reshaped(graph, dKernel, kernelInfo!.shape));
        if (biasInfo !== undefined) {
          byWeight.set(
            biasInfo.name,
            graph.op("ReduceSum", [dy.name, graph.integers([0, 1, 2])], { keepdims: { int: 0 } }),
          );
        }
      }
      if (!needs.input) return { weights: byWeight };
      const dxAtPoints = graph.op("MatMul", [dyAtPoints, lastTwoSwapped(graph, kernelAtPoints)]);
      const dx = toPixels(dxAtPoints, transposed(vertical.input), transposed(horizontal.input), channelsIn);
      return { input: { name: dx, shape: step.inputShape, layout: "spatial-first" }, weights: byWeight };
    },
  };
}

/** onnxruntime folds this into the product that follows. */
const lastTwoSwapped = (graph: GraphBuilder, value: string): string =>
  graph.op("Transpose", [value], { perm: { ints: [0, 1, 2, 4, 3] } });

const reshaped = (graph: GraphBuilder, value: string, shape: readonly number[]): string =>
  graph.op("Reshape", [value, graph.integers(shape)]);

/** `[9, p · q]` to `[9, p · s · q]`: the sum over the tile rows s becomes part of the product. */
function spreadOverTiles({ rows, columns, data }: Matrix, tiles: number): Matrix {
  const spread = new Float32Array(data.length * tiles);
  let to = 0;
  for (let row = 0; row < rows; row++) {
    for (let point = 0; point < POINTS; point++) {
      const from = row * columns + point * POINTS;
      for (let tile = 0; tile < tiles; tile++, to += POINTS)
        spread.set(data.subarray(from, from + POINTS), to);
    }
  }
  return { rows, columns: columns * tiles, data: spread };
}
