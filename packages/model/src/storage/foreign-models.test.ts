import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, FileError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import {
  type ForeignModel,
  foreignModel,
  METADATA,
  scores,
  tinyModel,
  writeForeign,
} from "../testing/models.js";
import { digestWeights, readWeights, writeWeights } from "../weights/model-weights.js";
import { loadModel } from "./load-model.js";
import { saveModel } from "./save-model.js";

beforeAll(useCpuBackend);

let original: LayersModel;
let json: ForeignModel;
let values: Buffer;

beforeAll(async () => {
  original = tinyModel(1);
  ({ json, values } = await foreignModel(original));
});
afterAll(() => {
  original.dispose();
});

const copyOf = (): ForeignModel => JSON.parse(JSON.stringify(json)) as ForeignModel;

describe("a model that TensorFlow.js saved or converted", () => {
  test("is loaded, without metadata unless they are given", async () => {
    const folder = await writeForeign(json, { "weights.bin": values });
    const { model, metadata } = await expectNewTensors(() => loadModel(folder), 4);
    expect(metadata).toBeUndefined();
    expect(digestWeights(model)).toBe(digestWeights(original));
    expect(model.layers.map(({ trainable }) => trainable)).toEqual([false, true, true]);
    model.dispose();
    const told = await loadModel(folder, { metadata: METADATA });
    expect(told.metadata).toEqual(METADATA);
    told.model.dispose();
    await expect(loadModel(folder, { metadata: { resize: "nearest" } })).rejects.toMatchObject({
      parameter: "metadata.decoder",
    });
  });

  test("is loaded by the path of a file of another name, as a browser downloads it", async () => {
    const downloaded = copyOf();
    downloaded.weightsManifest[0]!.paths = ["./lungs.weights.bin"];
    const folder = await writeForeign(downloaded, { "lungs.weights.bin": values });
    await rename(join(folder, "model.json"), join(folder, "lungs.json"));
    await expect(loadModel(folder)).rejects.toMatchObject({
      reason: "missing",
      message: expect.stringMatching(/it has lungs\.json, .* pass its path/),
    });
    const { model } = await loadModel(join(folder, "lungs.json"));
    expect(digestWeights(model)).toBe(digestWeights(original));
    model.dispose();
  });

  test.each([
    { name: "saved_model.pb", says: /SavedModel.*tfjs_layers_model/ },
    { name: "lungs.h5", says: /Keras.*tensorflowjs_converter/ },
    { name: "lungs.keras", says: /Keras 2/ },
    { name: "model.onnx", says: /loadGraph/ },
    { name: "run.json", says: /kept no model/ },
    { name: "model", says: /name that folder/ },
    { name: "notes.json", says: /save a model there first/ },
    { name: "notes.txt", says: /save a model there first/ },
  ])("in a folder with $name and no model.json is told what to do", async ({ name, says }) => {
    const folder = await writeForeign(json, { [name]: values });
    await rm(join(folder, "model.json"));
    await expect(loadModel(folder)).rejects.toBeInstanceOf(FileError);
    await expect(loadModel(folder)).rejects.toMatchObject({
      reason: "missing",
      message: expect.stringMatching(says),
    });
  });

  test("is loaded from several files and groups, without the optimiser's weights", async () => {
    const parts = copyOf();
    const [{ weights }] = parts.weightsManifest as [ForeignModel["weightsManifest"][number]];
    // In order of their values: output/kernel, output/bias, conv/kernel, conv/bias (12, 1, 54, 2).
    const slot = { name: "momentum", shape: [2], dtype: "float32" as const, group: "optimizer" as const };
    parts.weightsManifest = [
      { paths: ["a.bin"], weights: [weights[0]!, slot, weights[1]!] },
      { paths: ["b.bin", "c.bin"], weights: weights.slice(2) },
    ];
    const optimizer_config = { class_name: "Adam", config: {} };
    const folder = await writeForeign(
      { ...parts, trainingConfig: { loss: "binary_crossentropy", optimizer_config } },
      {
        "a.bin": Buffer.concat([values.subarray(0, 48), Buffer.alloc(8), values.subarray(48, 52)]),
        "b.bin": values.subarray(52, 101),
        "c.bin": values.subarray(101),
      },
    );
    const { model } = await expectNewTensors(() => loadModel(folder), 4);
    expect(digestWeights(model)).toBe(digestWeights(original));
    model.dispose();
  });

  test("is loaded with values quantized to a byte or to float16", async () => {
    const rng = createRng(1, { purpose: "bytes" });
    const bytes = Buffer.from(Array.from({ length: 54 }, () => rng.uint32() & 255));
    const halves = new Uint16Array([0x3c00, 0xc100]); // 1 and -2.5
    const quantized = copyOf();
    const { weights } = quantized.weightsManifest[0]!;
    Object.assign(weights[2]!, {
      quantization: { dtype: "uint8", scale: 0.5, min: -3, original_dtype: "float32" },
    });
    Object.assign(weights[3]!, { quantization: { dtype: "float16", original_dtype: "float32" } });
    const content = Buffer.concat([values.subarray(0, 52), bytes, Buffer.from(halves.buffer)]);
    const { model } = await loadModel(await writeForeign(quantized, { "weights.bin": content }));
    const found = readWeights(model);
    expect([...found.get("conv/kernel")!.values]).toEqual([...bytes].map((value) => value * 0.5 - 3));
    expect([...found.get("conv/bias")!.values]).toEqual([1, -2.5]);
    expect(found.get("output/kernel")).toEqual(readWeights(original).get("output/kernel"));
    model.dispose();
  });

  test("is loaded as the converter makes it of a whole model of Keras 2", async () => {
    const folder = await writeForeign(kerasModel(), { "group1-shard1of1.bin": values });
    const { model } = await loadModel(folder);
    expect(scores(model)).toEqual(scores(original));
    const conv = model.getLayer("conv");
    expect(conv.trainable).toBe(false);
    // Keras' L2, which TensorFlow.js does not know by this name.
    expect(conv.getConfig().kernelRegularizer).toEqual({ className: "L1L2", config: { l1: 0, l2: 0.25 } });
    model.dispose();
  });

  test.each<{ title: string; change: (layer: Record<string, unknown>) => void; text: RegExp }>([
    { title: "groups", change: (conv) => (conv.groups = 3), text: /"conv" \(Conv2D\) has groups of 3/ },
    {
      title: "a setting with a slip",
      change: (conv) => (conv.activatiOn = "relu"),
      text: /activatiOn of "relu"/,
    },
    {
      title: "an unknown regularizer",
      change: (conv) => (conv.kernel_regularizer = { class_name: "Own", config: {} }),
      text: /Unknown regularizer: Own\)/,
    },
    { title: "a policy", change: (conv) => (conv.dtype = { class_name: "Policy" }), text: /dtype of / },
  ])("whose layer has $title that TensorFlow.js ignores is refused", async ({ change, text }) => {
    const keras = kerasModel();
    change(keras.modelTopology.model_config.config.layers[1]!.config);
    await expectRefused(keras, { "group1-shard1of1.bin": values }, "different", text);
  });

  test.each<{ title: string; change: (model: ForeignModel) => object; text: RegExp }>([
    {
      title: "a graph model",
      change: () => ({ format: "graph-model", modelTopology: { node: [] }, weightsManifest: [] }),
      text: /graph model.*tfjs_layers_model.*loadGraphModel/,
    },
    {
      title: "a model of Keras 3",
      change: (model) => ({
        ...model,
        modelTopology: { model_config: { module: "keras", class_name: "Functional", config: {} } },
      }),
      text: /Keras 3.*tf_keras/,
    },
    {
      title: "a layer that TensorFlow.js lacks",
      change: (model) => withLayer(model, { class_name: "Lambda2", config: { name: "x" } }),
      text: /class "Lambda2".*registerClass/,
    },
    {
      title: "values of another kind",
      change: (model) => withSpec(model, { dtype: "string" }),
      text: /"output\/kernel" has values of kind "string"/,
    },
    {
      title: "values quantized in another way",
      change: (model) => withSpec(model, { quantization: { dtype: "int4", scale: 1, min: 0 } }),
      text: /int4/,
    },
  ])("as $title is told what it is", async ({ change, text }) => {
    await expectRefused(change(copyOf()), { "weights.bin": values }, "different", text);
  });

  test.each<{ title: string; change: (model: ForeignModel) => object; text: RegExp }>([
    {
      title: "a weight twice",
      change: (model) => withSpec(model, { name: "conv/bias" }),
      text: /two weights "conv\/bias"/,
    },
    {
      title: "a weight of other shape",
      change: (model) => withSpec(model, { shape: [1, 12] }),
      text: /Shape mismatch/,
    },
    {
      title: "more values than bytes",
      change: (model) => withSpec(model, { shape: [12, 3] }),
      text: /holds 276 of/,
    },
    {
      title: "a weight of another layer",
      change: (model) => withSpec(model, { name: "cone/kernel" }),
      text: /cone\/kernel/,
    },
    {
      title: "a negative side",
      change: (model) => withSpec(model, { shape: [-12] }),
      text: /weightsManifest/,
    },
    ...[
      "../weights.bin",
      "/weights.bin",
      "a/../../weights.bin",
      "http://host/weights.bin",
      "..\\weights.bin",
      "",
    ].map((path) => ({
      title: `weights at ${JSON.stringify(path)}`,
      change: (model: ForeignModel) => {
        model.weightsManifest[0]!.paths = [path];
        return model;
      },
      text: /outside its folder/,
    })),
    {
      title: "another key",
      change: (model) => ({ ...model, weightsManifests: [] }),
      text: /"weightsManifests"/,
    },
  ])("with $title is corrupt", async ({ change, text }) => {
    await expectRefused(change(copyOf()), { "weights.bin": values }, "corrupt", text);
  });

  test("with a value that is not finite is corrupt", async () => {
    const broken = Buffer.from(values);
    broken.writeFloatLE(Number.POSITIVE_INFINITY, 4 * 13 + 4);
    await expectRefused(json, { "weights.bin": broken }, "corrupt", /conv\/kernel.*not finite/);
  });
});

test("a layer that lost its values is corrupt; saved with saveModel, it is meant so", async () => {
  const model = tinyModel(1);
  const kernel = new Float32Array(3 * 3 * 3 * 2);
  writeWeights(model, new Map([["conv/kernel", { shape: [3, 3, 3, 2], values: kernel }]]));
  const { json: blank, values: zeros } = await foreignModel(model);
  await expectRefused(blank, { "weights.bin": zeros }, "corrupt", /conv\/kernel has the value 0 throughout/);
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  await saveModel(model, folder, METADATA);
  model.dispose();
  const loaded = await loadModel(folder);
  expect(readWeights(loaded.model).get("conv/kernel")!.values).toEqual(kernel);
  loaded.model.dispose();
});

describe("a graph that does not hold together", () => {
  type Layers = { name: string; config: Record<string, unknown>; inbound_nodes: unknown[] }[];

  test.each<{ title: string; change: (layers: Layers, config: Record<string, unknown>) => void }>([
    { title: "a layer that is not there", change: (l) => (l[2]!.inbound_nodes = [[["cons", 0, 0, {}]]]) },
    { title: "a name of every object", change: (l) => (l[2]!.inbound_nodes = [[["toString", 0, 0, {}]]]) },
    { title: "a call that is not made", change: (l) => (l[2]!.inbound_nodes = [[["conv", 1, 0, {}]]]) },
    { title: "a negative call", change: (l) => (l[2]!.inbound_nodes = [[["conv", -1, 0, {}]]]) },
    { title: "an output that is not there", change: (l) => (l[2]!.inbound_nodes = [[["conv", 0, 4, {}]]]) },
    { title: "itself", change: (l) => (l[2]!.inbound_nodes = [[["flatten", 0, 0, {}]]]) },
    { title: "the layer after it", change: (l) => (l[1]!.inbound_nodes = [[["flatten", 0, 0, {}]]]) },
    { title: "text in place of a list", change: (l) => (l[2]!.inbound_nodes = [["conv", 0, 0, {}]]) },
    { title: "nothing", change: (l) => (l[2]!.inbound_nodes = []) },
    { title: "two layers of one name", change: (l) => (l[2]!.name = l[2]!.config.name = "conv") },
    { title: "a layer by no name", change: (l) => delete (l[2] as { name?: string }).name },
    { title: "a layer of two names", change: (l) => (l[2]!.config.name = "flat") },
    { title: "no output", change: (_, config) => (config.output_layers = []) },
    { title: "an output of another layer", change: (_, config) => (config.output_layers = [["out", 0, 0]]) },
    { title: "an output of no call", change: (_, config) => (config.output_layers = [["output", 1, 0]]) },
    { title: "an unknown key", change: (_, config) => (config.inputLayers2 = []) },
  ])("for it names $title is corrupt", async ({ change }) => {
    const keras = kerasModel();
    const { config } = keras.modelTopology.model_config;
    change(config.layers as Layers, config);
    await expectRefused(keras, { "group1-shard1of1.bin": values }, "corrupt", /./);
  });
});

async function expectRefused(
  model: object,
  files: Readonly<Record<string, Uint8Array>>,
  reason: string,
  text: RegExp,
): Promise<void> {
  const folder = await writeForeign(model, files);
  const failure = await expectNewTensors(() => loadModel(folder).catch((error: unknown) => error));
  expect(failure).toBeInstanceOf(FileError);
  expect(failure).toMatchObject({ reason, message: expect.stringMatching(text) });
  expect((failure as Error).message).not.toContain("\n");
}

function withLayer(model: ForeignModel, layer: object): object {
  const config = model.modelTopology.config as { layers: object[] };
  config.layers.push(layer);
  return model;
}

function withSpec(model: ForeignModel, change: object): object {
  Object.assign(model.weightsManifest[0]!.weights[0]!, change);
  return model;
}

/** `tinyModel` as the converter writes a `.h5` of Keras 2.10, with the settings that TensorFlow.js does not have. */
function kerasModel() {
  const initializer = { class_name: "GlorotUniform", config: { seed: null } };
  const zeros = { class_name: "Zeros", config: {} };
  const none = {
    kernel_regularizer: null,
    bias_regularizer: null,
    activity_regularizer: null,
    kernel_constraint: null,
    bias_constraint: null,
  };
  const weighted = { use_bias: true, kernel_initializer: initializer, bias_initializer: zeros, ...none };
  const layer = (class_name: string, name: string, config: Record<string, unknown>, from?: string) => ({
    class_name,
    config: {
      name,
      ...(from === undefined ? {} : { trainable: true }),
      dtype: "float32",
      ...config,
    } as Record<string, unknown>,
    name,
    inbound_nodes: (from === undefined ? [] : [[[from, 0, 0, {}]]]) as unknown[],
  });
  const convolution = {
    trainable: false,
    filters: 2,
    kernel_size: [3, 3],
    strides: [1, 1],
    padding: "valid",
    data_format: "channels_last",
    dilation_rate: [1, 1],
    groups: 1,
    activation: "linear",
    ...weighted,
    kernel_regularizer: { class_name: "L2", config: { l2: 0.25 } },
  };
  return {
    format: "layers-model",
    generatedBy: "keras v2.10.0",
    convertedBy: "TensorFlow.js Converter v4.22.0",
    modelTopology: {
      keras_version: "2.10.0",
      backend: "tensorflow",
      model_config: {
        class_name: "Functional",
        config: {
          name: "model",
          trainable: true,
          layers: [
            layer("InputLayer", "image", {
              batch_input_shape: [null, 4, 5, 3],
              sparse: false,
              ragged: false,
            }),
            layer("Conv2D", "conv", convolution, "image"),
            layer("Flatten", "flatten", { data_format: "channels_last" }, "conv"),
            layer("Dense", "output", { units: 1, activation: "sigmoid", ...weighted }, "flatten"),
          ],
          input_layers: [["image", 0, 0]],
          output_layers: [["output", 0, 0]],
        } as Record<string, unknown> & { layers: { config: Record<string, unknown> }[] },
      },
      training_config: { loss: "binary_crossentropy", metrics: null },
    },
    weightsManifest: [{ paths: ["group1-shard1of1.bin"], weights: json.weightsManifest[0]!.weights }],
  };
}
