import type { Group } from "h5wasm/node";

/** A weight to write: its path below the layer's group, and its values. */
export interface FixtureWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | Int32Array;
}

export interface FixtureOptions {
  /** Group that holds the layers, as in a whole model saved by Keras. */
  readonly below?: string;
  readonly compress?: boolean;
}

/** Values that differ from place to place: seed, seed + 1/4, … */
export function counting(shape: readonly number[], seed: number): Float32Array {
  const size = shape.reduce((product, side) => product * side, 1);
  return Float32Array.from({ length: size }, (_, index) => seed + index / 4);
}

/** Writes a file as Keras 2 `save_weights` does: attributes layer_names and weight_names, one group a layer. */
export async function writeKerasFile(
  path: string,
  layers: Readonly<Record<string, readonly FixtureWeight[]>>,
  { below, compress = false }: FixtureOptions = {},
): Promise<void> {
  const hdf5 = await import("h5wasm/node");
  await hdf5.ready;
  const file = new hdf5.File(path, "w");
  try {
    const root: Group = below === undefined ? file : file.create_group(below);
    root.create_attribute("layer_names", Object.keys(layers));
    for (const [layer, weights] of Object.entries(layers)) {
      const group = root.create_group(layer);
      // Keras (h5py) stores the empty list as floats of length 0.
      const names = weights.map((weight) => weight.name);
      if (names.length > 0) group.create_attribute("weight_names", names);
      else group.create_attribute("weight_names", new Float64Array(0), [0], "<d");
      for (const { name, shape, values } of weights) {
        const folder = name.includes("/") ? group.create_group(name.slice(0, name.indexOf("/"))) : group;
        folder.create_dataset({
          name: name.slice(name.indexOf("/") + 1),
          data: values,
          shape: [...shape],
          ...(compress ? { chunks: [...shape], compression: "gzip" as const } : {}),
        });
      }
    }
  } finally {
    file.close();
  }
}
