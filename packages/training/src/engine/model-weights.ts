import { InvalidArgumentError } from "@covidxr/core";
import { layerChain, type WeightInfo } from "@covidxr/onnx/internal";
import { tensor, tidy, type Variable } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Weights } from "./engine.js";

/** Copies the named weights out of a model. */
export function takeWeights(model: LayersModel, infos: readonly WeightInfo[]): Weights {
  const variableOf = namedVariables(model);
  return new Map(
    infos.map(({ name, shape }) => [
      name,
      { data: (variableOf(name).dataSync() as Float32Array).slice(), dims: shape },
    ]),
  );
}

/** Copies weights into a model by name, exactly as they are: constraints do not act on them. Other weights stay. */
export function putWeights(model: LayersModel, weights: Weights): void {
  const variableOf = namedVariables(model);
  tidy(() => {
    for (const [name, { data, dims }] of weights) {
      variableOf(name).assign(tensor(data, [...dims], "float32"));
    }
  });
}

function namedVariables(model: LayersModel): (name: string) => Variable {
  const variables = new Map(
    layerChain(model).flatMap(({ layer }) =>
      layer.weights.map((weight): [string, Variable] => [
        `${layer.name}/${weight.originalName.split("/").at(-1)}`,
        weight.read() as Variable,
      ]),
    ),
  );
  return (name) => {
    const variable = variables.get(name);
    if (variable !== undefined) return variable;
    throw new InvalidArgumentError({
      parameter: "weights",
      value: name,
      message: `expected a weight of the model, got "${name}"`,
    });
  };
}
