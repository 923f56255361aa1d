import { UnsupportedLayerError } from "@covidxr/core";
import { activation } from "./activation.js";
import { averagePooling2d } from "./average-pooling2d.js";
import { conv2d } from "./conv2d.js";
import { dense } from "./dense.js";
import { dropout } from "./dropout.js";
import { flatten } from "./flatten.js";
import { globalAveragePooling2d } from "./global-average-pooling2d.js";
import type { LayerKind, Step } from "./layer-emitter.js";
import { maxPooling2d } from "./max-pooling2d.js";

/** Each supported layer class; InputLayer is the graph's input and emits nothing. */
const KINDS: Readonly<Record<string, LayerKind>> = {
  Conv2D: conv2d,
  MaxPooling2D: maxPooling2d,
  AveragePooling2D: averagePooling2d,
  GlobalAveragePooling2D: globalAveragePooling2d,
  Flatten: flatten,
  Dense: dense,
  Dropout: dropout,
  Activation: activation,
};

/** @throws {UnsupportedLayerError} for a class that cannot be compiled. */
export function kindOf({ layer, layerClass }: Pick<Step, "layer" | "layerClass">): LayerKind {
  const kind = Object.hasOwn(KINDS, layerClass) ? KINDS[layerClass] : undefined;
  if (kind !== undefined) return kind;
  throw new UnsupportedLayerError({ layer, layerClass, supported: ["InputLayer", ...Object.keys(KINDS)] });
}
