import { layerChain } from "@covidxr/onnx/internal";
import { type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Weights } from "../engine/engine.js";

/** A constraint of TensorFlow.js, such as `maxNorm`. */
interface Constraint {
  apply(values: Tensor): Tensor;
  getClassName(): string;
  getConfig(): object;
}

/** What the layers of a model demand of their trainable weights. */
export interface Constraints {
  /** Everything that decides what they do, as JSON. */
  readonly description: unknown;
  /** Projects weights by TensorFlow.js' own functions, in place, as Keras does after each update. */
  apply(weights: Weights): void;
}

/** Constraints of the trainable weights of a model, as its layers' `kernelConstraint` and `biasConstraint` say. */
export function constraintsOf(model: LayersModel): Constraints {
  const trained = new Set(model.trainableWeights);
  const found = layerChain(model).flatMap(({ layer }) =>
    layer.weights.flatMap((weight): { name: string; constraint: Constraint }[] => {
      const suffix = weight.originalName.split("/").at(-1)!;
      const constraint = (layer as unknown as Record<string, Constraint | null | undefined>)[
        `${suffix}Constraint`
      ];
      return constraint && trained.has(weight) ? [{ name: `${layer.name}/${suffix}`, constraint }] : [];
    }),
  );
  return {
    description: found.map(({ name, constraint }) => [
      name,
      constraint.getClassName(),
      constraint.getConfig(),
    ]),
    apply(weights) {
      for (const { name, constraint } of found) {
        const { data, dims } = weights.get(name)!;
        tidy(() => data.set(constraint.apply(tensor(data, [...dims], "float32")).dataSync()));
      }
    },
  };
}
