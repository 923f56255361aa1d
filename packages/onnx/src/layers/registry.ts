import { UnsupportedLayerError } from "@covidxr/core";
import { activation } from "./activation.js";
import { averagePooling2d } from "./average-pooling2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { flatten } from "./flatten.js";
import { globalAveragePooling2d } from "./global-average-pooling2d.js";
import type { LayerEmitter, Step } from "./layer-emitter.js";
import { maxPooling2d } from "./max-pooling2d.js";

/** Emitter of each supported layer class; InputLayer is the graph's input and needs none. */
const EMITTERS: Readonly<Record<string, LayerEmitter>> = {
  Conv2D: conv2d,
  MaxPooling2D: maxPooling2d,
  AveragePooling2D: averagePooling2d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  Flatten: flatten,
  Dense: dense,
  Dropout: dropout,
  Activation: activation,
};

/** Layer classes that can be compiled. */
const SUPPORTED_LAYERS: readonly string[] = ["InputLayer", ...Object.keys(EMITTERS)];

/** @throws {UnsupportedLayerError} for a class that is not in {@link SUPPORTED_LAYERS}. */
export function emitterFor(step: Pick<Step, "layer" | "layerClass">): LayerEmitter {
  const emitter = EMITTERS[step.layerClass];
  if (emitter === undefined) {
    throw new UnsupportedLayerError({
      layer: step.layer,
      layerClass: step.layerClass,
      supported: SUPPORTED_LAYERS,
    });
  }
  return emitter;
}
