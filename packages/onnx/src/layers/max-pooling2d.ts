import type { GraphBuilder } from "../graph/graph-builder.js";
import { channelsFirst, type LayerValue, spatialFirst } from "../graph/layer-value.js";
import type { EmittedStep, LayerEmitter, LayerKind, Step } from "./layer-emitter.js";
import { WINDOW_SETTINGS, type Window, windowAttributes, windowOf } from "./window.js";

const emit: LayerEmitter = ({ graph, gradients }, step, input) => {
  const window = windowOf(step, step.config.poolSize as number[]);
  const overlap = window.size.some((size, axis) => size > window.strides[axis]!);
  const padded = [...window.before, ...window.after].some((pad) => pad > 0);
  if (input.layout === "spatial-first" && !overlap && !padded) {
    return maxPooling2dSpatialFirst(graph, step, window, input);
  }
  const x = channelsFirst(graph, input);
  const [rows, columns, channels] = step.inputShape as [number, number, number];
  // A second output keeps onnxruntime from its blocked layout, so it is asked for only when needed.
  const [name, indices] = graph.multiOutput(
    "MaxPool",
    [x.name],
    windowAttributes(window),
    gradients ? 2 : 1,
  ) as [string, string];
  return {
    output: { name, shape: step.outputShape, layout: "channels-first" },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const dy = channelsFirst(graph, gradient);
      let dx: string;
      if (!overlap && !padded) {
        const batch = graph.op("Slice", [
          graph.op("Shape", [x.name]),
          graph.integers([0]),
          graph.integers([1]),
        ]);
        const shape = graph.op("Concat", [batch, graph.integers([channels, rows, columns])], {
          axis: { int: 0 },
        });
        dx = graph.op("MaxUnpool", [dy.name, indices, shape], {
          kernel_shape: { ints: window.size },
          strides: { ints: window.strides },
        });
      } else {
        const flat = graph.integers([-1]);
        const zeros = graph.op("Mul", [graph.op("Reshape", [x.name, flat]), graph.scalar(0)]);
        const sums = graph.op(
          "ScatterElements",
          [zeros, graph.op("Reshape", [indices, flat]), graph.op("Reshape", [dy.name, flat])],
          { axis: { int: 0 }, reduction: { string: "add" } },
        );
        dx = graph.op("Reshape", [sums, graph.op("Shape", [x.name])]);
      }
      return { input: { name: dx, shape: step.inputShape, layout: "channels-first" } };
    },
  };
};

/**
 * Maximum over windows. The gradient goes to the first maximum of each window, in row-major order: by MaxUnpool
 * where windows do not overlap, else by adding up at the maxima's places.
 */
export const maxPooling2d: LayerKind = { settings: { ...WINDOW_SETTINGS, poolSize: "read" }, emit };

/**
 * Maximum over windows that neither overlap nor reach into padding, on `[H, W, N, C]`: each cell of the window is a
 * slice of whole rows, so that pooling is an element-wise maximum.
 */
function maxPooling2dSpatialFirst(
  graph: GraphBuilder,
  step: Step,
  window: Window,
  x: LayerValue,
): EmittedStep {
  const cells = cellsOf(graph, window, x.name);
  const name = cells.length === 1 ? cells[0]! : graph.op("Max", cells);
  return {
    output: { name, shape: step.outputShape, layout: "spatial-first" },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const shares: string[] = [];
      let left = spatialFirst(graph, gradient).name;
      for (const cell of cells.slice(0, -1)) {
        const isMaximum = graph.op("Cast", [graph.op("Equal", [cell, name])], { to: { int: 1 } });
        const share = graph.op("Mul", [left, isMaximum]);
        shares.push(share);
        left = graph.op("Sub", [left, share]);
      }
      shares.push(left);
      const dx = interleaved(graph, window, step, shares);
      return { input: { name: dx, shape: step.inputShape, layout: "spatial-first" } };
    },
  };
}

/** The cells of all windows, one value `[H', W', N, C]` for each place in a window, in row-major order. */
function cellsOf(graph: GraphBuilder, { size, strides, output }: Window, x: string): string[] {
  const cells: string[] = [];
  for (let row = 0; row < size[0]; row++) {
    for (let column = 0; column < size[1]; column++) {
      const start = [row, column];
      const end = start.map((s, axis) => s + (output[axis]! - 1) * strides[axis]! + 1);
      const operands = [start, end, [0, 1], strides].map((values) => graph.integers(values));
      cells.push(graph.op("Slice", [x, ...operands]));
    }
  }
  return cells;
}

/** Puts the cells back in their places; pixels that no window reached get zeros. */
function interleaved(graph: GraphBuilder, window: Window, step: Step, cells: readonly string[]): string {
  const { size, strides, input, output } = window;
  const channels = step.inputShape[2]!;
  const block = graph.integers([output[0], 1, output[1], 1, -1, channels]);
  const rows: string[] = [];
  for (let row = 0; row < size[0]; row++) {
    const inRow = cells.slice(row * size[1], (row + 1) * size[1]);
    const joined = graph.op(
      "Concat",
      inRow.map((cell) => graph.op("Reshape", [cell, block])),
      { axis: { int: 3 } },
    );
    rows.push(padded(graph, joined, 3, strides[1] - size[1], 6));
  }
  const joined = padded(graph, graph.op("Concat", rows, { axis: { int: 1 } }), 1, strides[0] - size[0], 6);
  const covered = [output[0] * strides[0], output[1] * strides[1]] as const;
  const flat = graph.op("Reshape", [joined, graph.integers([...covered, -1, channels])]);
  const whole = ([0, 1] as const).reduce(
    (value, axis) => padded(graph, value, axis, input[axis] - covered[axis], 4),
    flat,
  );
  return whole;
}

/** Zeros after the end of one axis; a negative count cuts. */
function padded(graph: GraphBuilder, value: string, axis: number, count: number, rank: number): string {
  if (count === 0) return value;
  const pads = Array<number>(2 * rank).fill(0);
  pads[rank + axis] = count;
  return graph.op("Pad", [value, graph.integers(pads)]);
}
