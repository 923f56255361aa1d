import { channelsFirst } from "../graph/layer-value.js";
import type { LayerEmitter, LayerKind } from "./layer-emitter.js";
import { CHANNELS_LAST } from "./layer-settings.js";

const emit: LayerEmitter = ({ graph }, step, input) => {
  const x = input.layout === "spatial-first" ? input : channelsFirst(graph, input);
  const spatialFirst = x.layout === "spatial-first";
  const [rows, columns, channels] = step.inputShape as [number, number, number];
  const name = graph.op("ReduceMean", [x.name], {
    axes: { ints: spatialFirst ? [0, 1] : [2, 3] },
    keepdims: { int: 0 },
  });
  return {
    output: { name, shape: step.outputShape, layout: "flat" },
    backward(gradient, needs) {
      if (!needs.input) return {};
      const share = graph.op("Mul", [gradient.name, graph.scalar(1 / (rows * columns))]);
      const cell = spatialFirst ? [1, 1, -1, channels] : [-1, channels, 1, 1];
      const image = spatialFirst ? [rows, columns, 1, 1] : [1, 1, rows, columns];
      const cells = graph.op("Reshape", [share, graph.integers(cell)]);
      const dx = graph.op("Expand", [cells, graph.integers(image)]);
      return { input: { name: dx, shape: step.inputShape, layout: x.layout } };
    },
  };
};

/** Mean over the whole image: `[N, H, W, C]` to `[N, C]`. */
export const globalAveragePooling2d: LayerKind = { settings: { dataFormat: CHANNELS_LAST }, emit };
