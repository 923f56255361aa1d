import type { GraphBuilder } from "./graph-builder.js";

/** A weight of a layer: Keras' name `layer/kernel` or `layer/bias`, and Keras' shape (kernels HWIO or [in, out]). */
export interface WeightInfo {
  readonly name: string;
  readonly shape: readonly number[];
  /** Of a weight that trains: what its layer's regulariser adds to the loss. @defaultValue nothing */
  readonly penalty?: WeightPenalty;
}

/** A penalty `l1·Σ|w| + l2·Σw²` on the values w of a weight. */
export interface WeightPenalty {
  readonly l1: number;
  readonly l2: number;
}

/**
 * How a layer's weights enter a graph: as constants, or as inputs that each call provides.
 *
 * Convolutions ask for Keras' HWIO kernels in the order of ONNX' Conv, OIHW; a constant is reordered while the
 * graph is made, an input by a node.
 */
export interface WeightSource {
  weight(graph: GraphBuilder, info: WeightInfo): string;
  kernelOihw(graph: GraphBuilder, info: WeightInfo): string;
}

/** Keras' kernel axes, HWIO, in the order OIHW. */
const HWIO_TO_OIHW = [3, 2, 0, 1];

/** Weights become constants of the graph. */
export function constantWeights(values: (name: string) => Float32Array): WeightSource {
  return {
    weight: (graph, { name, shape }) =>
      graph.floats(name.slice(name.lastIndexOf("/") + 1), values(name), shape),
    kernelOihw(graph, { name, shape }) {
      const [height, width, channelsIn, channelsOut] = shape as [number, number, number, number];
      const reordered = hwioToOihw(values(name), height * width, channelsIn, channelsOut);
      return graph.floats("kernel", reordered, [channelsOut, channelsIn, height, width]);
    },
  };
}

/** Weights become inputs of the graph, in Keras' layout; `onDeclare` is called once for each. */
export function inputWeights(onDeclare: (info: WeightInfo) => void): WeightSource {
  const declared = new Set<string>();
  const weight = (graph: GraphBuilder, info: WeightInfo): string => {
    if (!declared.has(info.name)) {
      declared.add(info.name);
      graph.input(info.name, info.shape);
      onDeclare(info);
    }
    return info.name;
  };
  return {
    weight,
    kernelOihw: (graph, info) =>
      graph.op("Transpose", [weight(graph, info)], { perm: { ints: HWIO_TO_OIHW } }),
  };
}

/** Output channels that are reordered together: their reads share a cache line. */
const BLOCK = 16;

function hwioToOihw(data: Float32Array, taps: number, channelsIn: number, channelsOut: number): Float32Array {
  const result = new Float32Array(data.length);
  const perOutput = channelsIn * taps;
  for (let block = 0; block < channelsOut; block += BLOCK) {
    const end = Math.min(block + BLOCK, channelsOut);
    for (let input = 0; input < channelsIn; input++) {
      for (let tap = 0; tap < taps; tap++) {
        const source = (tap * channelsIn + input) * channelsOut;
        const target = input * taps + tap;
        for (let output = block; output < end; output++) {
          result[output * perOutput + target] = data[source + output]!;
        }
      }
    }
  }
  return result;
}
