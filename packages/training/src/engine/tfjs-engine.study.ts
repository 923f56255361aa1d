import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { env } from "@tensorflow/tfjs-core";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import { CASES, expectSameAsOnnx } from "../testing/engine-cases.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { createEngine } from "./create-engine.js";
import { resolveTfjsBackend, TFJS_PACKAGES, type TfjsBackend } from "./tfjs-backend.js";

// TensorFlow's own library, where one is installed (docs/tensorflow-engine.md); a process loads one package, so that each has a
// run of its own: COVIDXR_TFJS_PACKAGE=@tensorflow/tfjs-node-gpu npm run test:study -- tfjs-engine
const NAME =
  TFJS_PACKAGES.find((name) => name === process.env.COVIDXR_TFJS_PACKAGE) ?? "@tensorflow/tfjs-node";
let backend: TfjsBackend | undefined;

beforeAll(async () => {
  await useCpuBackend();
  // Kernels of tfjs-node leave intermediate tensors to `tidy`, which TensorFlow.js' check of each kernel takes for a leak.
  env().set("IS_TEST", false);
  backend = await resolveTfjsBackend(NAME).catch((error) => {
    if (error.value?.[NAME] !== "not installed") throw error;
    console.warn(`Skipped: ${NAME} is not installed.`);
    return undefined;
  });
});

describe(`TensorFlow's own library, by ${NAME}`, () => {
  test.each(CASES)("$name: what onnxruntime's engine gives", async (each) => {
    if (backend !== undefined) await expectSameAsOnnx(each, backend);
  });

  test("trains five epochs to the losses of onnxruntime", async () => {
    if (backend === undefined) return;
    const lossesOn = async (engine: "onnx" | "tfjs") => {
      const model = smallModel({ dropout: 0.5 });
      const options = { from: "conv", loss: "binaryCrossentropy", engine } as const;
      const opened = await createEngine(model, { ...options, ...(engine === "tfjs" && { backend: NAME }) });
      const { history } = await train(model, {
        training: separableFeatures(38, 3),
        ...{ epochs: 5, batchSize: 8, seed: 5, engine: opened },
        optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
      });
      await opened.dispose();
      model.dispose();
      return history.map(({ loss }) => loss);
    };
    const [expected, actual] = [await lossesOn("onnx"), await lossesOn("tfjs")];
    for (const [epoch, loss] of expected.entries())
      expect(Math.abs(actual[epoch]! - loss)).toBeLessThan(1e-4);
  });
});
