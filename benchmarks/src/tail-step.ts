import { createRng } from "@covidxr/core";
import { readWeights } from "@covidxr/model";
import { compileGradients, type GradientGraph } from "@covidxr/onnx";
import type { CompileGradientsOptions } from "@covidxr/onnx/internal";
import { createEngine, sgd, splitModel, train } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { countOperations } from "./operations.js";
import type { PyTorchTimes } from "./pytorch.js";
import { median, report, reportRate, seconds } from "./report.js";
import { BATCH, ROUNDS } from "./setting.js";

/** The graph with the runtime's own convolutions, and ours. */
const FORMS: Readonly<Record<"direct" | "auto", Partial<CompileGradientsOptions>>> = {
  direct: { convolution: "direct" },
  auto: { convolution: "auto", inputLayout: "spatial-first" },
};

/** One training step at the study's batch size against the bare session, both on the same graph. */
export async function benchTailStep(
  model: LayersModel,
  matrixProduct: number,
  pytorch: PyTorchTimes | undefined,
): Promise<void> {
  const { tailFrom } = splitModel(model);
  const size = shapeBefore(model, tailFrom).reduce((a, b) => a * b, 1);
  const values = Array.from({ length: BATCH }, (_, index) => {
    const rng = createRng(1, { purpose: "features", index });
    return Float32Array.from({ length: size }, () => Math.max(0, rng.uniform() - 0.5));
  });
  const labels = values.map((_, i) => i % 2);
  const engine = await createEngine(model, { engine: "onnx", from: tailFrom, loss: "binaryCrossentropy" });
  const times: Record<"direct" | "auto" | "ours", number[]> = { direct: [], auto: [], ours: [] };
  for (const form of ["direct", "auto"] as const) {
    const graph = compileGradients(model, { from: tailFrom, loss: "binaryCrossentropy", ...FORMS[form] });
    const feeds = feedsOf(graph, values, labels, model);
    const session = await InferenceSession.create(graph.bytes);
    // The first runs grow the runtime's memory.
    for (let i = 0; i < 2; i++) await session.run(feeds);
    for (let round = 0; round < ROUNDS; round++) {
      times[form].push(await seconds(() => session.run(feeds)));
      if (form === "auto") times.ours.push(...(await trainedSteps(round)));
    }
    await session.release();
  }
  await engine.dispose();

  async function trainedSteps(seed: number): Promise<number[]> {
    const steps: number[] = [];
    let last = 0;
    await train(model, {
      training: { values, labels },
      epochs: 3,
      batchSize: BATCH,
      engine,
      optimizer: sgd({ learningRate: 1e-6, momentum: 0.9 }),
      seed,
      onStep: () => {
        const now = performance.now();
        steps.push((now - last) / 1000);
        last = now;
      },
    });
    // Behind the first step, which warms the engine as the first bare runs do.
    return steps.slice(1);
  }

  const bare = { name: "bare", median: median(times.auto) };
  report(`tail step at batch ${BATCH}, bare session, the runtime's own convolutions`, times.direct, bare);
  report(`tail step at batch ${BATCH}, bare session, our graph`, times.auto);
  report(
    `tail step at batch ${BATCH}, train() with gathering, masks and update`,
    times.ours,
    { ...bare, bound: 1.05 },
    ...(pytorch ? [{ name: "PyTorch", median: pytorch.tailStep, bound: 1 }] : []),
  );
  reportRate((countOperations(model).tailStep * BATCH) / 1e9, median(times.ours), matrixProduct);
}

/** Shape of one image's features before a layer. */
function shapeBefore(model: LayersModel, layer: string): number[] {
  return (model.getLayer(layer).getInputAt(0) as { shape: number[] }).shape.slice(1);
}

function feedsOf(
  graph: GradientGraph,
  values: readonly Float32Array[],
  labels: readonly number[],
  model: LayersModel,
): Record<string, Tensor> {
  const { shape, layout } = graph.input;
  const [rows, columns, channels] = shape as [number, number, number];
  const cells = rows * columns;
  const data = new Float32Array(BATCH * cells * channels);
  for (const [image, features] of values.entries()) {
    for (let cell = 0; cell < cells; cell++) {
      const at = layout === "spatial-first" ? cell * BATCH + image : image * cells + cell;
      data.set(features.subarray(cell * channels, (cell + 1) * channels), at * channels);
    }
  }
  const dims = layout === "spatial-first" ? [rows, columns, BATCH, channels] : [BATCH, ...shape];
  const feeds: Record<string, Tensor> = {
    input: new Tensor("float32", data, dims),
    labels: new Tensor("float32", Float32Array.from(labels), [BATCH, 1]),
  };
  for (const { name, shape: mask } of graph.masks) {
    const ones = new Float32Array(mask.reduce((a, b) => a * b, BATCH)).fill(1);
    feeds[name] = new Tensor("float32", ones, [BATCH, ...mask]);
  }
  const weights = readWeights(model);
  for (const { name, shape: own } of graph.weights) {
    feeds[name] = new Tensor("float32", weights.get(name)!.values, [...own]);
  }
  return feeds;
}
