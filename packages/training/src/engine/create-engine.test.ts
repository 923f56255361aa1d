import { InvalidArgumentError } from "@covidxr/core";
import type { RuntimeInfo } from "@covidxr/onnx/internal";
import { useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "../testing/separable-features.js";
import { smallModel } from "../testing/small-model.js";
import { chooseEngine, createEngine, type EngineName, type EngineOptions } from "./create-engine.js";
import type { TrainingEngine } from "./engine.js";
import { tfjsEngineOn } from "./tfjs-engine.js";

beforeAll(useCpuBackend);

const TAIL = { from: "conv", loss: "binaryCrossentropy" } as const;
const nothingLoads = () =>
  Promise.reject(new Error("expected onnxruntime-node or onnxruntime-web, got neither"));
const onWeb = async (): Promise<RuntimeInfo> => ({
  name: "onnxruntime-web",
  version: "1.30.0",
  text: "onnxruntime-web 1.30.0 (WebAssembly)",
  providers: ["cpu"],
  fallback: "onnxruntime-node does not load here (musl)",
});

describe("chooseEngine", () => {
  test("auto is onnxruntime where it loads", async () => {
    const choice = await chooseEngine();
    expect(choice).toEqual({
      engine: "onnx",
      reason: expect.stringMatching(/fastest.*: onnxruntime-node \d/),
    });
    expect(await chooseEngine("auto", onWeb)).toEqual({
      engine: "onnx",
      reason: expect.stringContaining("onnxruntime-web 1.30.0 (WebAssembly)"),
      fallback: "onnxruntime-node does not load here (musl)",
    });
  });

  test("auto is TensorFlow.js where no onnxruntime loads, and says why", async () => {
    const { engine, fallback } = await chooseEngine("auto", nothingLoads);
    expect(engine).toBe("tfjs");
    expect(fallback).toMatch(/^TensorFlow\.js computes, slower, because no onnxruntime loads \(.*neither\)$/);
  });

  test("what is asked for is taken, or its fault told", async () => {
    const tfjs = await createEngine(smallModel(), { ...TAIL, engine: "tfjs" }).catch((error) => error);
    // Where a package is installed it computes, and nothing else does.
    if (tfjs instanceof Error) expect(tfjs).toMatchObject({ parameter: "backend" });
    else expect(tfjs.description).toMatch(/^tfjs-node(-gpu)? \S+ \(tensorflow, [CG]PU\)$/);
    expect(await chooseEngine("tfjs", nothingLoads)).toEqual({ engine: "tfjs", reason: "asked for" });
    expect((await chooseEngine("onnx")).engine).toBe("onnx");
    await expect(chooseEngine("onnx", nothingLoads)).rejects.toThrow(/got neither/);
    const unknown = chooseEngine("torch" as EngineName);
    await expect(unknown).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(unknown).rejects.toMatchObject({ parameter: "engine", value: "torch" });
  });
});

describe("createEngine", () => {
  test.each<[Partial<EngineOptions>, RegExp]>([
    [{}, /^onnxruntime-node \d\S+ \(cpu\)$/],
    [{ engine: "onnx", threads: 1, providers: ["cpu"] }, /^onnxruntime-node \d\S+ \(cpu\)$/],
    [{ runtime: "onnxruntime-web", threads: 1 }, /^onnxruntime-web \d\S+ \(WebAssembly\)$/],
  ])("%j", async (options, description) => {
    const onFallback = jest.fn();
    const engine = await createEngine(smallModel(), { ...TAIL, onFallback, ...options });
    expect(engine.description).toMatch(description);
    expect(onFallback).not.toHaveBeenCalled();
    await engine.dispose();
  });

  // Bound of the project's requirement. One epoch's last step is smaller than the others.
  test("one seed gives the same five losses on every engine, dropout included", async () => {
    const lossesOn = async (
      create: (model: LayersModel) => Promise<TrainingEngine> | TrainingEngine,
    ): Promise<number[]> => {
      const model = smallModel({ dropout: 0.5 });
      const engine = await create(model);
      const losses: number[] = [];
      let before = 0;
      await train(model, {
        training: separableFeatures(38, 3),
        epochs: 1,
        batchSize: 8,
        optimizer: sgd({ learningRate: 0.05, momentum: 0.9 }),
        seed: 5,
        engine,
        onStep: ({ step, loss }) => {
          // `loss` is the mean of the epoch so far, over 8 images a step and 6 in the last.
          const seen = Math.min(step * 8, 38);
          losses.push((loss * seen - before) / (seen - Math.min((step - 1) * 8, 38)));
          before = loss * seen;
        },
      });
      await engine.dispose();
      model.dispose();
      return losses;
    };
    const expected = await lossesOn((model) => createEngine(model, { ...TAIL, engine: "onnx", threads: 1 }));
    expect(expected).toHaveLength(5);
    for (const actual of [
      await lossesOn((model) => createEngine(model, { ...TAIL, runtime: "onnxruntime-web", threads: 1 })),
      await lossesOn((model) => tfjsEngineOn({ backend: "cpu", description: "cpu" }, model, TAIL)),
    ]) {
      for (const [step, loss] of expected.entries()) {
        expect(Math.abs(actual[step]! - loss)).toBeLessThan(1e-4);
      }
    }
  });
});
