import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { io, ones, type Tensor } from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as network,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import type { ModelMetadata } from "../storage/model-metadata.js";
import { writeWeights } from "../weights/model-weights.js";

/** Two dense layers, [2, 3] and [3, 1], each with a bias; kernels are ones. */
export function smallModel(): LayersModel {
  return sequential({
    layers: [
      layers.dense({ units: 3, inputShape: [2], kernelInitializer: "ones", name: "dense" }),
      layers.dense({ units: 1, kernelInitializer: "ones", name: "output" }),
    ],
  });
}

/** A frozen convolution and a sigmoid unit on [N, 4, 5, 3]; `scale` makes the values of two models differ. */
export function tinyModel(scale: number): LayersModel {
  const model = sequential({
    layers: [
      layers.conv2d({ inputShape: [4, 5, 3], filters: 2, kernelSize: 3, trainable: false, name: "conv" }),
      layers.flatten({ name: "flatten" }),
      layers.dense({ units: 1, activation: "sigmoid", name: "output" }),
    ],
  });
  const wave = (shape: number[]) => ({
    shape,
    values: Float32Array.from(
      { length: shape.reduce((n, side) => n * side, 1) },
      (_, i) => scale * Math.sin(i),
    ),
  });
  writeWeights(
    model,
    new Map([
      ["conv/kernel", wave([3, 3, 3, 2])],
      ["output/kernel", wave([12, 1])],
    ]),
  );
  return model;
}

/**
 * A network of convolutions with batch normalisation within a network that ends in a dense layer, all kernels 1 and biases 0.
 *
 * @param names Names of the inner convolutions and of the outer dense layer.
 */
export function nestedModel(names = ["first", "second", "output"]): LayersModel {
  const ones = { kernelInitializer: "ones", padding: "same", kernelSize: 3 } as const;
  const backbone = sequential({
    name: "backbone",
    layers: [
      layers.conv2d({ ...ones, filters: 2, inputShape: [4, 5, 3], name: names[0]! }),
      layers.batchNormalization({ name: "norm" }),
      layers.conv2d({ ...ones, filters: 2, name: names[1]! }),
      layers.globalAveragePooling2d({ name: "mean" }),
    ],
  });
  const image = input({ shape: [4, 5, 3], name: "image" });
  const head = layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: "ones", name: names[2]! });
  const output = head.apply(backbone.apply(image)) as SymbolicTensor;
  return network({ inputs: image, outputs: output, name: "whole" });
}

/** A network within a network. */
export const innerOf = (model: LayersModel): LayersModel =>
  model.getLayer("backbone") as unknown as LayersModel;

export const METADATA: ModelMetadata = {
  decoder: "jimp",
  orientation: "apply",
  preprocessing: "rescale",
  resize: "nearest",
  inputSize: { height: 4, width: 5 },
  threshold: 0.7,
  classes: ["negative", "COVID-19"],
  provenance: { seed: 42, data: { images: 304, digest: "ab" }, notes: ["für Forschung", null, true] },
};

/** What a `model.json` of TensorFlow.js holds. */
export interface ForeignModel {
  [key: string]: unknown;
  modelTopology: Record<string, unknown>;
  weightsManifest: { paths: string[]; weights: io.WeightsManifestEntry[] }[];
}

/** A model as TensorFlow.js saves it to a folder (`file://` and downloads): its `model.json`, and the values of the only file. */
export async function foreignModel(model: LayersModel): Promise<{ json: ForeignModel; values: Buffer }> {
  let artifacts: io.ModelArtifacts;
  await model.save(
    io.withSaveHandler(async (saved) => {
      artifacts = saved;
      return { modelArtifactsInfo: io.getModelArtifactsInfoForJSON(saved) };
    }),
  );
  // What the handlers of TensorFlow.js write.
  const { format, generatedBy, convertedBy, modelTopology } = artifacts!;
  const weightsManifest = [{ paths: ["weights.bin"], weights: artifacts!.weightSpecs! }];
  const json = { format, generatedBy, convertedBy, modelTopology, weightsManifest };
  const values = Buffer.from(io.CompositeArrayBuffer.join(artifacts!.weightData));
  return { json: json as unknown as ForeignModel, values };
}

/** Writes a `model.json` and the files that it names to a new folder. */
export async function writeForeign(
  json: object,
  files: Readonly<Record<string, Uint8Array>>,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await writeFile(join(folder, "model.json"), JSON.stringify(json));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** Outputs of a model of [4, 5, 3] images for one of ones. */
export function scores(model: LayersModel): number[] {
  const image = ones([1, 4, 5, 3]);
  const output = model.predict(image) as Tensor;
  const found = [...output.dataSync()];
  image.dispose();
  output.dispose();
  return found;
}
