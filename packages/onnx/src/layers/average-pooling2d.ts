import { channelsFirst } from "../graph/layer-value.js";
import type { LayerEmitter } from "./layer-emitter.js";
import { transposedWindowAttributes, type Window, windowAttributes, windowOf } from "./window.js";

/** Mean over windows; padding counts neither in the sum nor in the number, as in TensorFlow. */
export const averagePooling2d: LayerEmitter = ({ graph }, step, input) => {
  const window = windowOf(step, step.config.poolSize as number[]);
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

/** For each window, 1 / number of image cells under it. */
function sharePerCell(window: Window): Float32Array {
  const covered = (axis: 0 | 1, position: number): number => {
    const start = position * window.strides[axis] - window.before[axis];
    return Math.min(start + window.size[axis], window.input[axis]) - Math.max(start, 0);
  };
  const [rows, columns] = window.output;
  return Float32Array.from(
    { length: rows * columns },
    (_, i) => 1 / (covered(0, Math.floor(i / columns)) * covered(1, i % columns)),
  );
}
