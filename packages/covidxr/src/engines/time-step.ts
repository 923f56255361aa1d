import { createRng } from "@covidxr/core";
import { createEngine, sgd, splitModel, train } from "@covidxr/training";
import type { EngineOptions } from "@covidxr/training/internal";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";

/** Images a step. */
const BATCH = 4;
const FEATURES = [10, 12, 16] as const;

/** A model of the study's form, small: a frozen convolution, then a convolution and a head that train. */
export function smallModel(): LayersModel {
  const conv = (name: string, trainable: boolean, rest: object = {}) =>
    layers.conv2d({
      name,
      filters: FEATURES[2],
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      trainable,
      ...rest,
    });
  const model = sequential({ name: "small" });
  model.add(conv("frozen", false, { inputShape: [FEATURES[0], FEATURES[1], 3] }));
  model.add(conv("conv", true));
  model.add(layers.maxPooling2d({ name: "pool", poolSize: 2 }));
  model.add(layers.flatten({ name: "flatten" }));
  model.add(layers.dense({ name: "dense", units: 32, activation: "relu" }));
  model.add(layers.dropout({ name: "dropout", rate: 0.5 }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
  return model;
}

/** A timed engine. */
export interface Timing {
  /** What ran. */
  readonly description: string;
  /** Median of the timed steps. */
  readonly millisecondsPerStep: number;
}

/** Trains a small model on one engine; the first step, which warms up, does not count. */
export async function timeStep(
  options: Omit<EngineOptions, "from" | "loss">,
  steps: number,
  clock: () => number = () => performance.now(),
): Promise<Timing> {
  const model = smallModel();
  const from = splitModel(model).tailFrom;
  const engine = await createEngine(model, { ...options, from, loss: "binaryCrossentropy" });
  const moments: number[] = [];
  try {
    await train(model, {
      training: randomFeatures(BATCH * (steps + 1)),
      epochs: 1,
      batchSize: BATCH,
      optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
      seed: 0,
      engine,
      onStep: () => moments.push(clock()),
    });
  } finally {
    await engine.dispose();
    model.dispose();
  }
  const times = moments.slice(1).map((moment, i) => moment - moments[i]!);
  return { description: engine.description, millisecondsPerStep: median(times) };
}

function randomFeatures(count: number) {
  const size = FEATURES.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: count }, (_, index) => {
    const rng = createRng(0, { purpose: "features", index });
    return Float32Array.from({ length: size }, () => rng.uniform());
  });
  return { values, labels: values.map((_, i) => i % 2) };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2;
}
