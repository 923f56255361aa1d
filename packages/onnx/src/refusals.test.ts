import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { useCpuBackend } from "@covidxr/testing";
import { options, testRefusals } from "@covidxr/testing/refusals";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import * as files from "./files.js";
import * as onnx from "./index.js";

let folder: string;
beforeAll(async () => {
  await useCpuBackend();
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function smallModel() {
  const model = sequential();
  model.add(layers.conv2d({ inputShape: [4, 4, 3], filters: 2, kernelSize: 3, name: "conv" }));
  model.add(layers.globalAveragePooling2d({ name: "pool" }));
  model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
  return model;
}

const nothing = () => {};
const bytes = () => onnx.compileInference(smallModel()).bytes;
const input = { data: new Float32Array(4 * 4 * 3), dims: [1, 4, 4, 3] };
const run = async (inputs: { input: typeof input }, into?: object) => {
  const session = await onnx.createSession(bytes(), { threads: 1 });
  try {
    await session.run(inputs, into as undefined);
  } finally {
    await session.dispose();
  }
};

testRefusals(
  {
    ...onnx,
    run,
    loadGraph: async (path: string, given?: object) => {
      const session = await files.loadGraph(path, given);
      await session.dispose();
    },
    saveGraph: files.saveGraph,
  },
  {
    compileGradients: () => [
      smallModel(),
      options({
        ...{ loss: "binaryCrossentropy", from: "conv", to: "output", convolution: "direct" },
        ...{ inputLayout: "channels-last", sampleWeights: true, frozenWeights: "inputs" },
      }),
    ],
    compileInference: () => [
      smallModel(),
      options({
        ...{ from: "conv", to: "output", weights: "inputs", convolution: "direct" },
        ...{ inputLayout: "channels-last", beforeActivation: true, metadata: { threshold: "0.5" } },
      }),
    ],
    createSession: () => [
      bytes(),
      options({ threads: 1, providers: ["cpu"], runtime: "onnxruntime-node", onFallback: nothing }),
    ],
    inspectRuntime: ["onnxruntime-node"],
    listProviders: ["onnxruntime-node"],
    loadGraph: async () => {
      const path = join(folder, "saved.onnx");
      await files.saveGraph(bytes(), path);
      return [
        path,
        options({ threads: 1, providers: ["cpu"], runtime: "onnxruntime-node", onFallback: nothing }),
      ];
    },
    saveGraph: () => [bytes(), join(folder, "model.onnx")],
    run: [{ input }, { output: { data: new Float32Array(1), dims: [1, 1] } }],
  },
);

test("an unknown loss is named", () => {
  const loss = "mse" as "binaryCrossentropy";
  expect(() => onnx.compileGradients(smallModel(), { loss })).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter: "loss", value: "mse" }),
  );
});

test("the runtime's errors say both shapes", async () => {
  const wrong = { data: new Float32Array(8 * 8 * 3), dims: [1, 8, 8, 3] };
  await expect(run({ input: wrong })).rejects.toMatchObject({
    ...{ kind: "invalid-argument", parameter: "inputs" },
    message: expect.stringMatching(/4, 4, 3\], got .*\[1,8,8,3\]/),
  });
});
