import type { GraphBuilder } from "./graph-builder.js";

/** A weight of a layer: Keras' name `layer/kernel` or `layer/bias`, and Keras' shape (kernels HWIO or [in, out]). */
export interface WeightInfo {
  readonly name: string;
  readonly shape: readonly number[];
}

/**
 * How a layer's weights enter a graph: as constants, or as inputs that each call brings.
 *
 * Layers ask for the axis order they compute in (`perm` over Keras' axes); a constant is reordered while the
 * graph is made, an input by a node.
 */
export interface WeightSource {
  weight(graph: GraphBuilder, info: WeightInfo, perm?: readonly number[]): string;
}

/** Weights become constants of the graph. */
export function constantWeights(values: (name: string) => Float32Array): WeightSource {
  return {
    weight(graph, info, perm) {
      const data = values(info.name);
      const suffix = info.name.slice(info.name.lastIndexOf("/") + 1);
      if (perm === undefined) return graph.floats(suffix, data, info.shape);
      return graph.floats(
        suffix,
        permuteAxes(data, info.shape, perm),
        perm.map((axis) => info.shape[axis]!),
      );
    },
  };
}

/** Weights become inputs of the graph, in Keras' layout; `onDeclare` hears of each once. */
export function inputWeights(onDeclare: (info: WeightInfo) => void): WeightSource {
  const declared = new Set<string>();
  const reordered = new Map<string, string>();
  return {
    weight(graph, info, perm) {
      if (!declared.has(info.name)) {
        declared.add(info.name);
        graph.input(info.name, info.shape);
        onDeclare(info);
      }
      if (perm === undefined) return info.name;
      const key = `${info.name}:${perm}`;
      let name = reordered.get(key);
      if (name === undefined) {
        name = graph.op("Transpose", [info.name], { perm: { ints: perm } });
        reordered.set(key, name);
      }
      return name;
    },
  };
}

/** Row-major copy of `data` with its axes in the order `perm`. */
function permuteAxes(data: Float32Array, shape: readonly number[], perm: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((a, b) => a * b, 1));
  const dims = perm.map((axis) => shape[axis]!);
  const steps = perm.map((axis) => strides[axis]!);
  const result = new Float32Array(data.length);
  const index = new Array<number>(dims.length).fill(0);
  let source = 0;
  for (let target = 0; target < result.length; target++) {
    result[target] = data[source]!;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      source += steps[axis]!;
      index[axis]! += 1;
      if (index[axis]! < dims[axis]!) break;
      source -= steps[axis]! * dims[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
