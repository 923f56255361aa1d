import { InvalidArgumentError } from "@covidxr/core";
import { cacheKey } from "@covidxr/core/files";
import { layerChain, modelSteps } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { changingLayer } from "../features/feature-extractor.js";
import { type FeatureOrigin, originOf } from "../features/feature-origin.js";
import type { TailInterface } from "../features/labelled-features.js";
import type { EngineTail, TrainingEngine } from "./engine.js";

/** The layers of `model` from layer `from` on, as an engine computes them; not the values of their weights. */
export function describeTail(model: LayersModel, from: string): EngineTail {
  const { steps, trainable } = modelSteps(model, { from }, true);
  return { from, digest: cacheKey(steps, [...trainable]) };
}

/**
 * What an engine takes and gives when it trains `model`.
 *
 * @throws {InvalidArgumentError} with parameter `"engine"` when it was made for other layers, or leaves out some that train.
 */
export function tailInterface(
  model: LayersModel,
  { featureShape, units, tail }: TrainingEngine,
): TailInterface {
  const shared = { featureShape, units, settings: { known: undefined } };
  if (tail === undefined) return { ...shared, origin: undefined };
  const first = changingLayer(model);
  const place = layerChain(model).findIndex(({ layer }) => layer.name === tail.from);
  const isWhole = place >= 0 && place <= first.place;
  if (isWhole && describeTail(model, tail.from).digest === tail.digest) {
    return { ...shared, origin: originBefore(model, tail.from) };
  }
  const wanted =
    first.tail === undefined
      ? "a model of which something trains"
      : `an engine for the layers of this model from "${first.tail.name}" on`;
  throw new InvalidArgumentError({
    parameter: "engine",
    value: tail,
    message:
      `expected ${wanted}, got one for ${isWhole ? "others" : "those"} from "${tail.from}" on; make it after the model's ` +
      "last change, and give all models that share it the same layers and names",
  });
}

/** What computes the features of the layers from `tailFrom` on, worked out once. */
export function originBefore(model: LayersModel, tailFrom: string): () => FeatureOrigin {
  let origin: FeatureOrigin | undefined;
  return () => {
    origin ??= originOf(model, tailFrom);
    return origin;
  };
}
