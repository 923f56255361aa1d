import { mkdtemp, readFile, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, expect, test } from "@jest/globals";
import {
  input,
  type LayersModel,
  layers,
  model as network,
  type SymbolicTensor,
} from "@tensorflow/tfjs-layers";
import { foreignModel, METADATA, nestedModel, tinyModel, writeForeign } from "../testing/models.js";
import { digestDescription } from "./description.js";
import { loadModel } from "./load-model.js";
import { saveModel } from "./save-model.js";

// What a stranger's model.json may ask for. Its digest is no help: whoever alters the file can compute it anew.

beforeAll(useCpuBackend);

// biome-ignore lint/suspicious/noExplicitAny: a file may hold anything.
type Json = any;

interface Hostile {
  readonly title: string;
  readonly change: (json: Json) => void;
  readonly says: RegExp;
  /** Value that is written in place of the text "@"; JSON.stringify cannot. */
  readonly raw?: string;
}

const layerOf = (json: Json, name: string): Json =>
  json.modelTopology.config.layers.find(({ config }: Json) => config.name === name).config;

const CASES: readonly Hostile[] = [
  {
    title: "a thousand million units",
    change: (json) => (layerOf(json, "output").units = 1e9),
    says: /weight output\/kernel would have shape \[12,1000000000\], with more values than are saved/,
  },
  {
    title: "a kernel of a gigapixel",
    change: (json) => (layerOf(json, "conv").kernel_size = [1e9, 1e9]),
    says: /weight conv\/kernel would have shape/,
  },
  {
    title: "an input whose output does not fit in memory",
    change: (json) => {
      layerOf(json, "conv").batch_input_shape = [null, 1e6, 1e6, 3];
    },
    says: /weight output\/kernel would have shape/,
  },
  {
    title: "an input of no size",
    change: (json) => (layerOf(json, "conv").batch_input_shape = [null, 2, 2, 3]),
    says: /shape|conv/,
  },
  {
    title: "an input of unknown kind",
    change: (json) => (layerOf(json, "conv").dtype = "float31"),
    says: /layer "conv" \(Conv2D\) has dtype of "float31"/,
  },
  {
    title: "a network that hides in a wrapper",
    change: (json) => {
      const inner = json.modelTopology;
      inner.config.layers[0].config.filters = 1e9;
      json.modelTopology = {
        class_name: "Sequential",
        config: {
          name: "outer",
          layers: [
            {
              class_name: "TimeDistributed",
              config: { name: "wrapper", layer: inner, batch_input_shape: [null, 2, 4, 5, 3] },
            },
          ],
        },
      };
    },
    says: /would have shape \[3,3,3,1000000000\]/,
  },
  {
    title: "a hundred thousand levels",
    change: (json) => (json.modelTopology.config.layers[0].config.filters = "@"),
    raw: `${"[".repeat(1e5)}1${"]".repeat(1e5)}`,
    says: /more than 200 levels/,
  },
  {
    title: "a number beyond a double",
    change: (json) => (layerOf(json, "conv").batch_input_shape[0] = "@"),
    raw: "1e999",
    says: /number that no double can hold/,
  },
  {
    title: "a prototype",
    change: (json) => (layerOf(json, "conv").x = "@"),
    raw: '{"__proto__":{"units":3}}',
    says: /__proto__/,
  },
  {
    title: "a setting with a long name",
    change: (json) => (layerOf(json, "conv")["a".repeat(1e6)] = 1),
    says: /"conv" \(Conv2D\) has aaa.{1,100} which TensorFlow\.js would ignore/,
  },
  {
    title: "a list of weights that is one long text",
    change: (json) => (json.weightsManifest = Array.from({ length: 1e5 }, (_, i) => i)),
    says: /weightsManifest/,
  },
  {
    title: "thousands of layers",
    change: (json) => {
      const { layers: list } = json.modelTopology.config;
      for (let i = 0; i < 6000; i++) list.push({ class_name: "Flatten", config: { name: `flatten_${i}` } });
    },
    says: /6003 layers, more than 5000/,
  },
];

test.each(CASES)("$title is refused at once, own digest or none", async ({ change, says, raw }) => {
  const original = tinyModel(1);
  const own = await mkdtemp(join(tmpdir(), "covidxr-"));
  const { modelPath } = await saveModel(original, own, METADATA);
  const { json, values } = await foreignModel(original);
  original.dispose();
  const signed = JSON.parse(await readFile(modelPath, "utf8"));
  for (const [folder, each] of [
    [own, signed],
    [await writeForeign({}, { "weights.bin": values }), json],
  ] as const) {
    change(each);
    if (each === signed) each.userDefinedMetadata.digest = digestDescription(each);
    const text = JSON.stringify(each).replace('"@"', raw ?? '"@"');
    await writeFile(join(folder, "model.json"), text);
    const failure = await expectNewTensors(() => loadModel(folder).catch((error: unknown) => error));
    expect(failure).toBeInstanceOf(FileError);
    expect((failure as Error).message).toMatch(says);
    expect((failure as Error).message).not.toMatch(/\n/);
    expect((failure as Error).message.length).toBeLessThan(700);
  }
});

/** An image, one layer, its mean, and a sigmoid unit. */
function modelOf(layer: layers.Layer): LayersModel {
  const image = input({ shape: [4, 5, 3], name: "image" });
  const mean = layers.globalAveragePooling2d({ name: "mean" }).apply(layer.apply(image));
  const output = layers.dense({ units: 1, name: "output" }).apply(mean) as SymbolicTensor;
  return network({ inputs: image, outputs: output, name: "whole" });
}

test.each<Omit<Hostile, "raw"> & { make: () => LayersModel }>([
  {
    title: "an output of a terapixel",
    make: () => modelOf(layers.upSampling2d({ size: [2, 2], name: "up" })),
    change: (json) => (layerOf(json, "up").size = [1e6, 1e6]),
    says: /output of layer up would have shape \[,4000000,5000000,3\], more than 2 GiB/,
  },
  {
    title: "an output of less than nothing",
    make: () => modelOf(layers.averagePooling2d({ poolSize: 2, name: "pool" })),
    change: (json) => (layerOf(json, "pool").pool_size = [9, 9]),
    says: /output of layer pool would have shape/,
  },
  {
    title: "one output twice",
    make: () => modelOf(layers.averagePooling2d({ poolSize: 2, name: "pool" })),
    change: (json) => json.modelTopology.config.output_layers.push(["output", 0, 0]),
    says: /a tensor twice among its outputLayers/,
  },
  {
    title: "a network that is given what it does not take",
    make: nestedModel,
    change: (json) => (layerOf(json, "image").batch_input_shape = [null, 4, 5, 4]),
    says: /network backbone takes \[,4,5,3\] and is given \[,4,5,4\]/,
  },
])("$title is refused", async ({ make, change, says }) => {
  const model = make();
  const { json, values } = await foreignModel(model);
  model.dispose();
  change(json);
  const folder = await writeForeign(json, { "weights.bin": values });
  const failure = await expectNewTensors(() => loadModel(folder).catch((error: unknown) => error));
  expect(failure).toBeInstanceOf(FileError);
  expect(failure).toMatchObject({ reason: "corrupt", message: expect.stringMatching(says) });
});

test("files are not read before their sizes are those of a model", async () => {
  const original = tinyModel(1);
  const { json, values } = await foreignModel(original);
  original.dispose();
  const folder = await writeForeign(json, { "weights.bin": values });
  // A sparse file of 8 TB, which no machine could read.
  await truncate(join(folder, "weights.bin"), 8e12);
  await expect(loadModel(folder)).rejects.toMatchObject({
    reason: "corrupt",
    path: join(folder, "weights.bin"),
  });
  await truncate(join(folder, "model.json"), 8e12);
  await expect(loadModel(folder)).rejects.toMatchObject({
    reason: "corrupt",
    path: join(folder, "model.json"),
  });
});
