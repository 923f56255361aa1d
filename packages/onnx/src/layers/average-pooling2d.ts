import type { GraphBuilder } from "../graph/graph-builder.js";
import { channelsFirst, type LayerValue, spatialFirst } from "../graph/layer-value.js";
import type { EmittedStep, LayerEmitter, LayerKind, Step } from "./layer-emitter.js";
import {
  transposedWindowAttributes,
  WINDOW_SETTINGS,
  type Window,
  windowAttributes,
  windowOf,
} from "./window.js";

const emit: LayerEmitter = ({ graph }, step, input) => {
  const window = windowOf(step, step.config.poolSize as number[]);
  if (input.layout === "spatial-first") return averagePooling2dSpatialFirst(graph, step, window, input);
  const x = channelsFirst(graph, input);
  const channels = step.inputShape[2]!;
  const name = graph.op("AveragePool", [x.name], {
    ...windowAttributes(window),
    count_include_pad: { int: 0 },
  });
  return {
    output: { name, shape: step.outputShape, layout: "channels-first" },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const dy = channelsFirst(graph, gradient);
      const share = graph.op("Mul", [
        dy.name,
        graph.floats("share", sharePerCell(window), [1, 1, ...window.output]),
      ]);
      const ones = new Float32Array(channels * window.size[0] * window.size[1]).fill(1);
      const spread = graph.floats("spread", ones, [channels, 1, ...window.size]);
      const dx = graph.op("ConvTranspose", [share, spread], {
        ...transposedWindowAttributes(window),
        group: { int: channels },
      });
      return { input: { name: dx, shape: step.inputShape, layout: "channels-first" } };
    },
  };
};

/** Mean over windows; padding counts neither in the sum nor in the number, as in TensorFlow. */
export const averagePooling2d: LayerKind = { settings: { ...WINDOW_SETTINGS, poolSize: "read" }, emit };

/** The same on `[H, W, N, C]`: a mean over windows is one matrix product along each axis. */
function averagePooling2dSpatialFirst(
  graph: GraphBuilder,
  step: Step,
  window: Window,
  x: LayerValue,
): EmittedStep {
  const channels = step.inputShape[2]!;
  const [down, across] = ([0, 1] as const).map((axis) => meansAlong(window, axis)) as [
    Float32Array,
    Float32Array,
  ];
  const [rows, columns] = window.input;
  const [rowsOut, columnsOut] = window.output;
  const reshaped = (value: string, shape: readonly number[]): string =>
    graph.op("Reshape", [value, graph.integers(shape)]);
  const downMatrix = graph.floats("down", down, [rowsOut, rows]);
  const acrossMatrix = graph.floats("across", across, [columnsOut, columns]);
  const vertically = graph.op("MatMul", [downMatrix, reshaped(x.name, [rows, -1])]);
  const both = graph.op("MatMul", [acrossMatrix, reshaped(vertically, [rowsOut, columns, -1])]);
  return {
    output: {
      name: reshaped(both, [rowsOut, columnsOut, -1, channels]),
      shape: step.outputShape,
      layout: "spatial-first",
    },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const swapped = (value: string): string => graph.op("Transpose", [value], { perm: { ints: [1, 0] } });
      const dy = reshaped(spatialFirst(graph, gradient).name, [rowsOut, columnsOut, -1]);
      const horizontally = graph.op("MatMul", [swapped(acrossMatrix), dy]);
      const dx = graph.op("MatMul", [swapped(downMatrix), reshaped(horizontally, [rowsOut, -1])]);
      return {
        input: {
          name: reshaped(dx, [rows, columns, -1, channels]),
          shape: step.inputShape,
          layout: "spatial-first",
        },
      };
    },
  };
}

/** `[output, input]` matrix of the means over the windows along one axis. */
function meansAlong(window: Window, axis: 0 | 1): Float32Array {
  const input = window.input[axis];
  const matrix = new Float32Array(window.output[axis] * input);
  for (let position = 0; position < window.output[axis]; position++) {
    const from = Math.max(position * window.strides[axis] - window.before[axis], 0);
    const to = from + cellsUnder(window, axis, position);
    matrix.fill(1 / (to - from), position * input + from, position * input + to);
  }
  return matrix;
}

/** Image cells along an axis under the window at `position`. */
function cellsUnder(window: Window, axis: 0 | 1, position: number): number {
  const start = position * window.strides[axis] - window.before[axis];
  return Math.min(start + window.size[axis], window.input[axis]) - Math.max(start, 0);
}

/** For each window, 1 / number of image cells under it. */
function sharePerCell(window: Window): Float32Array {
  const [rows, columns] = window.output;
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => 1 / (cellsUnder(window, 0, Math.floor(i / columns)) * cellsUnder(window, 1, i % columns)),
  );
}
