import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expectNewTensors, useCpuBackend } from "@covidxr/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { add, conv2d, relu, type Tensor4D, tensor4d, tidy } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { buildModel } from "../network/build-model.js";
import { summary } from "../network/summary.js";
import { loadModel } from "../storage/load-model.js";
import { saveModel } from "../storage/save-model.js";
import { loadBackboneWeights } from "./load-backbone-weights.js";
import { digestWeights, readWeights } from "./model-weights.js";

beforeAll(useCpuBackend);

const SHARED = resolve(process.env.COVIDXR_SHARED ?? "../shared");
const WEIGHTS = join(SHARED, "weights/vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5");
const GOLDEN = join(SHARED, "golden/model.json");

// Figures of h5py 3.16.0 and NumPy 1.24.2 in float64.
const H5PY = [
  {
    layer: "block1_conv1",
    mean: -0.0020492974579008625,
    std: 0.19137860915877747,
    first: [0.3411952257156372, 0.09563111513853073, 0.017744895070791245, 0.28980752825737],
    biasMean: 0.4678206966491416,
    biasStd: 0.29506518267110915,
  },
  {
    layer: "block5_conv4",
    mean: -0.0010742046279625665,
    std: 0.008139227124003494,
    first: [-0.004470192361623049, 0.014528125524520874, 0.0033526443876326084, 0.0011175480904057622],
    biasMean: 0.17162433440702785,
    biasStd: 0.5203903492980633,
  },
];

function moments(values: Float32Array): { mean: number; std: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return { mean, std: Math.sqrt(variance) };
}

describe("the real VGG19 weights", () => {
  let model: LayersModel;
  beforeAll(async () => {
    for (const path of [WEIGHTS, GOLDEN]) {
      if (!existsSync(path))
        throw new Error(`${path} is not there; set COVIDXR_SHARED to the study's folder`);
    }
    model = await buildModel({ height: 320, width: 382, seed: 42, weights: WEIGHTS });
  });
  afterAll(() => {
    model.dispose();
  });

  test("make the study's network", () => {
    expect(summary(model)).toContain(
      "Total params: 20,286,785\nTrainable params: 4,982,017\nNon-trainable params: 15,304,768",
    );
  });

  test.each(H5PY)(
    "$layer holds the values that h5py reads",
    ({ layer, mean, std, first, biasMean, biasStd }) => {
      const weights = readWeights(model);
      const kernel = weights.get(`${layer}/kernel`)!.values;
      const found = moments(kernel);
      expect(found.mean).toBeCloseTo(mean, 12);
      expect(found.std).toBeCloseTo(std, 12);
      expect([...kernel.subarray(0, 4)]).toEqual(first);
      const bias = moments(weights.get(`${layer}/bias`)!.values);
      expect(bias.mean).toBeCloseTo(biasMean, 12);
      expect(bias.std).toBeCloseTo(biasStd, 12);
    },
  );

  test("load again to the same digest, without a tensor left", async () => {
    const before = digestWeights(model);
    const loaded = await expectNewTensors(() => loadBackboneWeights(model, WEIGHTS));
    expect(loaded).toMatchObject({ layers: 16, digest: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(digestWeights(model)).toBe(before);
  });

  test("give block1_conv1 the activations of the reference", () => {
    const { shape, mean, std, first } = JSON.parse(readFileSync(GOLDEN, "utf8")).preprocessing.rescale
      .layers_nhwc.block1_conv1;
    const [kernel, bias] = model.getLayer("block1_conv1").getWeights();
    const output = tidy(() => relu(add(conv2d(formulaImages(), kernel as Tensor4D, 1, "same"), bias!)));
    const values = output.dataSync<"float32">();
    expect(output.shape).toEqual(shape);
    const found = moments(values);
    expect(found.mean).toBeCloseTo(mean, 5);
    expect(found.std).toBeCloseTo(std, 5);
    for (const [index, value] of (first as number[]).entries()) expect(values[index]).toBeCloseTo(value, 5);
    output.dispose();
  });

  test("survive saving and loading bit for bit", async () => {
    const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
    await saveModel(model, folder, {
      decoder: "jimp",
      orientation: "apply",
      preprocessing: "rescale",
      resize: "nearest",
      inputSize: { height: 320, width: 382 },
      threshold: 0.7,
      classes: ["negative", "COVID-19"],
    });
    const loaded = await loadModel(folder);
    expect(digestWeights(loaded.model)).toBe(digestWeights(model));
    expect(summary(loaded.model)).toBe(summary(model));
    loaded.model.dispose();
    await rm(folder, { recursive: true });
  });
});

test("an untrained backbone has the scale of He's rule in every layer", async () => {
  const model = await buildModel({ height: 32, width: 32, seed: 42, weights: "random" });
  for (const [name, { shape, values }] of readWeights(model)) {
    const { std } = moments(values);
    if (name.endsWith("/bias")) expect(std).toBe(0);
    else if (name.startsWith("block")) {
      const fanIn = shape.slice(0, -1).reduce((product, side) => product * side, 1);
      // The standard error of σ is σ/√(2n): 1.7 % for the 1,728 values of the first kernel; six of those.
      expect(Math.abs(std / Math.sqrt(2 / fanIn) - 1)).toBeLessThan(6 / Math.sqrt(2 * values.length));
    }
  }
  model.dispose();
}, 600_000);

/** The reference's two images, from its formula; the second is the first turned upside down; times 1/255. */
function formulaImages(): Tensor4D {
  const [height, width] = [320, 382];
  const values = new Float32Array(2 * height * width * 3);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) {
        const value = ((7 * y + 13 * x + 29 * c + ((y * x) % 11)) % 256) / 255;
        values[(y * width + x) * 3 + c] = value;
        values[((2 * height - 1 - y) * width + x) * 3 + c] = value;
      }
    }
  }
  return tensor4d(values, [2, height, width, 3]);
}
