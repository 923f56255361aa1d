import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { InvalidArgumentError } from "@covidxr/core";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { tensor, tidy } from "@tensorflow/tfjs-core";
import {
  input,
  type LayersModel,
  layers,
  model as network,
  type SymbolicTensor,
  sequential,
} from "@tensorflow/tfjs-layers";
import { innerOf, METADATA, nestedModel, scores, tinyModel } from "../testing/models.js";
import { digestWeights, readWeights, writeWeights } from "../weights/model-weights.js";
import { loadModel } from "./load-model.js";
import { saveModel } from "./save-model.js";

beforeAll(useCpuBackend);

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});

const filled = (shape: number[], value: number) => ({
  shape,
  values: new Float32Array(shape.reduce((product, side) => product * side, 1)).fill(value),
});

describe("weights of a network within a network", () => {
  test("have a name each, and all of them are read, written and digested", async () => {
    const model = nestedModel();
    const twin = nestedModel();
    const weights = await expectNewTensors(() => readWeights(model));
    expect([...weights.keys()]).toEqual([
      ...["kernel", "bias"].map((name) => `backbone/first/${name}`),
      ...["gamma", "beta", "moving_mean", "moving_variance"].map((name) => `backbone/norm/${name}`),
      ...["kernel", "bias"].map((name) => `backbone/second/${name}`),
      ...["kernel", "bias"].map((name) => `output/${name}`),
    ]);
    expect(digestWeights(twin)).toBe(digestWeights(model));
    // Each weight counts, the statistics of a batch normalisation, too.
    for (const [name, { shape }] of weights) {
      writeWeights(twin, new Map([[name, filled([...shape], 2)]]));
      expect(digestWeights(twin)).not.toBe(digestWeights(model));
      expect(readWeights(twin).get(name)!.values).toEqual(filled([...shape], 2).values);
      writeWeights(twin, weights);
      expect(digestWeights(twin)).toBe(digestWeights(model));
    }
    // Of chosen layers: the whole inner network, or one layer of it.
    writeWeights(twin, new Map([["backbone/second/bias", filled([2], 2)]]));
    const differs = (layer: string) =>
      digestWeights(twin, { layers: [layer] }) !== digestWeights(model, { layers: [layer] });
    expect(["backbone", "backbone/second", "backbone/first", "output"].map(differs)).toEqual([
      true,
      true,
      false,
      false,
    ]);
    expect(() => digestWeights(model, { layers: ["first"] })).toThrow(/it has .*backbone\/first/);
    model.dispose();
    twin.dispose();
  });

  test.each<{ title: string; make: () => LayersModel }>([
    {
      title: "of a layer that stands in two networks",
      make: () => {
        const shared = layers.dense({ units: 2, name: "shared" });
        const inner = (name: string) => {
          const x = input({ shape: [2] });
          return network({ inputs: x, outputs: shared.apply(x) as SymbolicTensor, name });
        };
        const x = input({ shape: [2] });
        return network({ inputs: x, outputs: inner("b").apply(inner("a").apply(x)) as SymbolicTensor });
      },
    },
    {
      title: "of a wrapper around two copies of a layer",
      make: () => {
        const recurrent = layers.simpleRNN({ units: 2, recurrentInitializer: "zeros" });
        return sequential({
          layers: [
            layers.bidirectional({
              layer: recurrent as never,
              inputShape: [3, 2],
              mergeMode: "concat",
            } as never),
          ],
        });
      },
    },
  ])("$title are refused", ({ make }) => {
    const model = make();
    for (const call of [readWeights, digestWeights]) {
      expect(() => call(model)).toThrow(InvalidArgumentError);
      expect(() => call(model)).toThrow(expect.objectContaining({ parameter: "model" }));
    }
    model.dispose();
  });

  test("that are not finite are not written", () => {
    const model = tinyModel(1);
    const before = digestWeights(model);
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect(() => writeWeights(model, new Map([["output/bias", filled([1], value)]]))).toThrow(
        expect.objectContaining({ parameter: "weights", value: "output/bias" }),
      );
    }
    expect(digestWeights(model)).toBe(before);
    model.dispose();
  });
});

describe("a network within a network", () => {
  test.each<{ title: string; freeze: (model: LayersModel) => void; trainable: string[] }>([
    {
      title: "frozen as a whole",
      freeze: (model) => (innerOf(model).trainable = false),
      trainable: ["output"],
    },
    {
      title: "with a frozen layer",
      freeze: (model) => (innerOf(model).getLayer("first").trainable = false),
      trainable: ["norm", "second", "output"],
    },
    { title: "in a frozen one", freeze: (model) => (model.trainable = false), trainable: [] },
    { title: "that trains", freeze: () => {}, trainable: ["first", "norm", "second", "output"] },
  ])("$title is saved and loaded as it is", async ({ freeze, trainable }) => {
    const model = nestedModel();
    freeze(model);
    writeWeights(model, new Map([["backbone/norm/moving_mean", filled([2], 0.25)]]));
    await expectNewTensors(() => saveModel(model, folder, METADATA));
    const { model: loaded } = await expectNewTensors(() => loadModel(folder), 10);
    expect(digestWeights(loaded)).toBe(digestWeights(model));
    const names = loaded.trainableWeights.map(({ originalName }) => originalName.split("/")[0]);
    expect([...new Set(names)].sort()).toEqual([...trainable].sort());
    expect(scores(loaded)).toEqual(scores(model));
    expect(await readFile(join(folder, "model.json"), "utf8")).toBe(await savedAgain(loaded));
    model.dispose();
    loaded.dispose();
  });

  test("applied twice, as a layer applied twice, is saved and loaded as it is", async () => {
    const image = input({ shape: [4, 5, 3], name: "image" });
    const ones = { filters: 3, kernelSize: 3, padding: "same", kernelInitializer: "ones" } as const;
    const inner = sequential({
      name: "inner",
      layers: [layers.conv2d({ ...ones, inputShape: [4, 5, 3], name: "conv" })],
    });
    const scale = layers.batchNormalization({ name: "scale" });
    const twice = inner.apply(scale.apply(inner.apply(scale.apply(image)))) as SymbolicTensor;
    const mean = layers.globalAveragePooling2d({ name: "mean" }).apply(twice);
    const output = layers.dense({ units: 1, activation: "sigmoid", name: "output" }).apply(mean);
    const model = network({ inputs: image, outputs: output as SymbolicTensor, name: "whole" });
    writeWeights(model, new Map([["scale/gamma", filled([3], 0.01)]]));
    await expectNewTensors(() => saveModel(model, folder, METADATA));
    const { model: loaded } = await expectNewTensors(() => loadModel(folder), 8);
    expect(digestWeights(loaded)).toBe(digestWeights(model));
    expect(scores(loaded)).toEqual(scores(model));
    expect(await readFile(join(folder, "model.json"), "utf8")).toBe(await savedAgain(loaded));
    for (const each of [model, loaded]) for (const weight of each.weights) weight.dispose();
  });

  async function savedAgain(model: LayersModel): Promise<string> {
    const { modelPath } = await saveModel(model, await mkdtemp(join(tmpdir(), "covidxr-")), METADATA);
    return readFile(modelPath, "utf8");
  }

  test.each<{ title: string; make: () => LayersModel; text: RegExp }>([
    {
      title: "two layers whose weights have one name in the file",
      make: () => nestedModel(["output", "second", "output"]),
      text: /output\/kernel/,
    },
    {
      title: "a weight that is frozen in a layer that trains",
      make: () => {
        const model = tinyModel(1);
        (model.getLayer("output").weights[0] as unknown as { trainable: boolean }).trainable = false;
        return model;
      },
      text: /would train "output\/kernel".*layer\.trainable/,
    },
    {
      title: "a weight that is not finite",
      make: () => {
        const model = tinyModel(1);
        const bias = model.getLayer("output").weights[1]!;
        tidy(() => {
          bias.write(tensor([Number.POSITIVE_INFINITY]));
        });
        return model;
      },
      text: /"output\/bias" is not finite/,
    },
  ])("with $title is not saved", async ({ make, text }) => {
    const model = make();
    const failure = await saveModel(model, folder, METADATA).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(InvalidArgumentError);
    expect(failure).toMatchObject({ parameter: "model", message: expect.stringMatching(text) });
    expect(await readdir(folder)).toEqual([]);
    model.dispose();
  });
});
