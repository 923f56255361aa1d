import { resolve } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { VGG19_LAYERS } from "../network/vgg19.js";
import { blankKernel } from "./blank-kernel.js";
import { identifyWeights } from "./identify-weights.js";
import { type KerasLayer, withKerasFile } from "./keras-file.js";
import { areFinite, type NamedWeights, namedVariables, setWeights } from "./model-weights.js";
import { checkWeightsFile } from "./weights-file.js";

/**
 * Sets the VGG19 layers of a model from a Keras `.h5` file, by layer name and shape. The file must hold exactly
 * those layers; a mismatch is refused before the model is touched.
 *
 * @param model Any model with layers named as in Keras' VGG19; its other layers keep their weights.
 * @param asked `"imagenet"` when the file must be the published one.
 * @returns SHA-256 of the file (hexadecimal) and the number of layers that were set.
 * @throws {WeightsError} `"missing"`, `"unreadable"`, `"altered"`, `"layer-blank"`, `"layer-missing"`, `"shape-mismatch"`, or
 *   `"layer-unexpected"` when the file holds more than the backbone, such as the classification top.
 * @throws {InvalidArgumentError} (`model`) when the model has no VGG19 layer with weights.
 */
export async function loadBackboneWeights(
  model: LayersModel,
  path: string,
  asked = path,
): Promise<{ readonly digest: string; readonly layers: number }> {
  const backbone = new Map<string, { name: string; shape: number[] }[]>();
  for (const [name, variable] of namedVariables(model)) {
    const layer = name.slice(0, name.lastIndexOf("/"));
    if (!VGG19_LAYERS.includes(layer)) continue;
    backbone.set(layer, [...(backbone.get(layer) ?? []), { name, shape: variable.shape as number[] }]);
  }
  if (backbone.size === 0) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: model.name,
      message: `expected a model with layers named block1_conv1 … block5_conv4, got none; use buildModel`,
    });
  }
  const file = resolve(path);
  await checkWeightsFile(file);
  const { sha256, vouched } = await identifyWeights(file, asked === path ? file : asked);
  const weights = await withKerasFile(file, (layers) => readBackbone(backbone, layers, file));
  if (!vouched) checkTrained(weights, file);
  setWeights(model, weights);
  return { digest: sha256, layers: backbone.size };
}

function readBackbone(
  backbone: ReadonlyMap<string, readonly { name: string; shape: number[] }[]>,
  layers: readonly KerasLayer[],
  source: string,
): NamedWeights {
  const weighted = new Map(
    layers.filter((layer) => layer.weights.length > 0).map((layer) => [layer.name, layer]),
  );
  for (const layer of backbone.keys()) {
    if (weighted.has(layer)) continue;
    throw new WeightsError({
      source,
      reason: "layer-missing",
      layer,
      message: `expected weights of layer ${layer}, got only those of ${list(weighted.keys())}; use VGG19 weights without the top`,
    });
  }
  for (const layer of weighted.keys()) {
    if (backbone.has(layer)) continue;
    const remedy =
      layer === "fc1" || layer === "predictions"
        ? "it includes the classification top; use the file whose name ends in _notop.h5"
        : "use VGG19 weights without the top";
    throw new WeightsError({
      source,
      reason: "layer-unexpected",
      layer,
      message: `expected only the layers of VGG19's backbone, got ${layer} as well; ${remedy}`,
    });
  }
  for (const [layer, expected] of backbone) {
    const found = weighted.get(layer)!.weights.map((weight) => `[${weight.shape}]`);
    const wanted = expected.map((weight) => `[${weight.shape}]`);
    if (found.join() === wanted.join()) continue;
    throw new WeightsError({
      source,
      reason: "shape-mismatch",
      layer,
      message: `expected ${layer} of shapes ${wanted.join(", ")}, got ${found.join(", ")}; use TensorFlow-ordered VGG19 weights`,
    });
  }
  const weights: NamedWeights = new Map();
  for (const [layer, expected] of backbone) {
    for (const [index, { name, shape }] of expected.entries()) {
      const values = weighted.get(layer)!.weights[index]!.read();
      if (!areFinite(values)) {
        throw new WeightsError({
          source,
          reason: "unreadable",
          layer,
          message: `expected finite values, got layer ${layer} with some in its ${name.slice(layer.length + 1)} that are not finite; fetch or export the file again`,
        });
      }
      weights.set(name, { shape, values });
    }
  }
  return weights;
}

/** @throws {WeightsError} on a layer that lost its values; the digest of a file that is meant to be so is beside it. */
function checkTrained(weights: NamedWeights, source: string): void {
  for (const [name, { values }] of weights) {
    const fault = blankKernel(name, values);
    if (fault === undefined) continue;
    const layer = name.slice(0, name.lastIndexOf("/"));
    throw new WeightsError({
      source,
      reason: "layer-blank",
      layer,
      message: `expected trained weights, got layer ${layer} whose kernel ${fault}; copy or export the file again, or, if it is meant so, write its digest beside it (sha256sum FILE > FILE.sha256)`,
    });
  }
}

/** At most four names, so that the message stays one line. */
function list(names: Iterable<string>): string {
  const all = [...names];
  if (all.length === 0) return "no layer";
  return all.length <= 4 ? all.join(", ") : `${all.slice(0, 4).join(", ")} and ${all.length - 4} more`;
}
