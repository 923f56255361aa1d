import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { digestWeights, loadModel, type ModelMetadata, saveModel } from "@covidxr/model";
import { compileInference } from "@covidxr/onnx";
import { type Tensor, tensor, tidy } from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as network,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { digestDescription } from "../../../packages/model/src/storage/description.js";
import { randomizeWeights } from "../../tensorflow-reference.js";
import { digestOf, type Group, type Input } from "../group.js";
import { mutateBytes, mutateJson, pick } from "../mutators.js";

const METADATA: ModelMetadata = {
  ...{ decoder: "jimp", orientation: "apply", preprocessing: "rescale", resize: "nearest", threshold: 0.7 },
  ...{ inputSize: { height: 8, width: 8 }, classes: ["negative", "COVID-19"], provenance: { seed: 42 } },
};

/** Saved networks of our own, which carry a digest, and one of TensorFlow.js, which does not. */
export const models: Group = {
  async prepare(folder) {
    for (const [name, make] of Object.entries(NETWORKS)) {
      const model = make();
      randomizeWeights(model);
      await saveModel(model, join(folder, name), METADATA);
      model.dispose();
    }
    // The same as another program saves it: without our metadata, values in a file of another name.
    const own = join(folder, "chain");
    const [weights] = (await readdir(own)).filter((each) => each.endsWith(".bin"));
    const { userDefinedMetadata: _, ...json } = JSON.parse(await readFile(join(own, "model.json"), "utf8"));
    json.weightsManifest[0].paths = ["weights.bin"];
    await mkdir(join(folder, "foreign"));
    await writeFile(join(folder, "foreign", "model.json"), JSON.stringify(json));
    await writeFile(join(folder, "foreign", "weights.bin"), await readFile(join(own, weights!)));
  },

  async mutate({ folder, name }, rng) {
    const isForeign = name === "foreign";
    const path = join(folder, "model.json");
    if (rng.uniform() < 0.25) {
      const file = pick(rng, (await readdir(folder)).sort());
      const { content, what } = mutateBytes(await readFile(join(folder, file)), rng);
      await writeFile(join(folder, file), content);
      return { what: `${file.replace(/[0-9a-f]{16,}/, "…")}: ${what}`, unsealed: isForeign };
    }
    const { content, what } = mutateJson(JSON.parse(await readFile(path, "utf8")), rng);
    const isForged = !isForeign && rng.uniform() < 0.6 && forge(content);
    await writeFile(path, JSON.stringify(content));
    return { what: isForged ? `${what}, digest made anew` : what, unsealed: isForeign || isForged };
  },

  async use({ folder, name }: Input) {
    const { model, metadata } = await loadModel(folder, name === "foreign" ? { metadata: METADATA } : {});
    try {
      const graph = name === "nested" ? null : digestOf(compileInference(model).bytes);
      return { value: [metadata, digestWeights(model), model.outputs[0]?.shape, graph, outputsOf(model)] };
    } finally {
      model.dispose();
    }
  },
};

/** Makes the digest anew, as a stranger can who knows how; false where there is no place for it. */
function forge(json: unknown): boolean {
  const metadata = (json as { userDefinedMetadata?: unknown } | null)?.userDefinedMetadata;
  if (typeof metadata !== "object" || metadata === null || Array.isArray(metadata)) return false;
  Object.assign(metadata, { digest: digestDescription(json as Record<string, unknown>) });
  return true;
}

/** What the network makes of a picture of the size that it names. */
function outputsOf(model: LayersModel): readonly number[] {
  const shape = [1, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const values = Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => (i % 7) / 7);
  return tidy(() => [...(model.predict(tensor(values, shape)) as Tensor).dataSync()]);
}

export const NETWORKS = {
  chain: () =>
    sequential({
      name: "chain",
      layers: [
        layers.conv2d({
          inputShape: [8, 8, 3],
          filters: 2,
          kernelSize: 3,
          activation: "relu",
          trainable: false,
          name: "conv",
        }),
        layers.maxPooling2d({ poolSize: 2, name: "pool" }),
        layers.flatten({ name: "flatten" }),
        layers.dropout({ rate: 0.5, name: "dropout" }),
        layers.dense({ units: 1, activation: "sigmoid", name: "output" }),
      ],
    }),
  nested: () => {
    const backbone = sequential({
      name: "backbone",
      layers: [
        layers.conv2d({ inputShape: [8, 8, 3], filters: 2, kernelSize: 3, padding: "same", name: "first" }),
        layers.batchNormalization({ name: "norm" }),
        layers.globalAveragePooling2d({ name: "mean" }),
      ],
    });
    const image = input({ shape: [8, 8, 3], name: "image" });
    const head = layers.dense({ units: 1, activation: "sigmoid", name: "output" });
    return network({
      inputs: image,
      outputs: head.apply(backbone.apply(image)) as SymbolicTensor,
      name: "whole",
    });
  },
} satisfies Record<string, () => LayersModel>;
