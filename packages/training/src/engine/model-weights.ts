import { InvalidArgumentError } from "@covidxr/core";
import type { WeightInfo } from "@covidxr/onnx/internal";
import { dispose, tensor } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Weights } from "./engine.js";

/** Copies the named weights out of a model. */
export function takeWeights(model: LayersModel, infos: readonly WeightInfo[]): Weights {
  return new Map(
    infos.map(({ name, shape }) => {
      const { weight } = find(model, name);
      return [name, { data: (weight.read().dataSync() as Float32Array).slice(), dims: shape }];
    }),
  );
}

/** Copies weights into a model by name; other weights stay. */
export function putWeights(model: LayersModel, weights: Weights): void {
  const layers = new Set([...weights.keys()].map((name) => find(model, name).layer));
  for (const layer of layers) {
    const fresh: ReturnType<typeof tensor>[] = [];
    const values = layer.weights.map((weight) => {
      const given = weights.get(`${layer.name}/${suffixOf(weight.originalName)}`);
      if (given === undefined) return weight.read();
      const value = tensor(given.data, [...given.dims], "float32");
      fresh.push(value);
      return value;
    });
    layer.setWeights(values);
    dispose(fresh);
  }
}

function find(model: LayersModel, name: string) {
  const slash = name.lastIndexOf("/");
  const layer = model.layers.find((candidate) => candidate.name === name.slice(0, slash));
  const weight = layer?.weights.find(
    (candidate) => suffixOf(candidate.originalName) === name.slice(slash + 1),
  );
  if (layer === undefined || weight === undefined) {
    throw new InvalidArgumentError({
      parameter: "weights",
      value: name,
      message: `expected a weight of the model, got "${name}"`,
    });
  }
  return { layer, weight };
}

const suffixOf = (originalName: string): string => originalName.slice(originalName.lastIndexOf("/") + 1);
