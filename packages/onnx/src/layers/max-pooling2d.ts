import { channelsFirst } from "../graph/layer-value.js";
import type { LayerEmitter } from "./layer-emitter.js";
import { maxPooling2dSpatialFirst } from "./max-pooling2d-spatial-first.js";
import { windowAttributes, windowOf } from "./window.js";

/**
 * Maximum over windows. The gradient goes to the first maximum of each window, in row-major order: by MaxUnpool
 * where windows do not overlap, else by adding up at the maxima's places.
 */
export const maxPooling2d: LayerEmitter = ({ graph, gradients }, step, input) => {
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
