// Trains, infers and estimates with the installed packages, and prints digests of all results: every runtime must print the same.
import "@tensorflow/tfjs-backend-cpu";
import { createHash } from "node:crypto";
import { createRng } from "@covidxr/core";
import { estimateMetrics } from "@covidxr/metrics";
import { compileInference, createSession } from "@covidxr/onnx";
import { extractFeatures, predict, sgd, train } from "@covidxr/training";
import { enableProdMode } from "@tensorflow/tfjs-core";
import { initializers, layers, sequential } from "@tensorflow/tfjs-layers";

enableProdMode();
const digest = (...parts) => {
  const hash = createHash("sha256");
  for (const part of parts)
    hash.update(
      part instanceof Float32Array
        ? new Uint8Array(part.buffer, part.byteOffset, part.byteLength)
        : JSON.stringify(part),
    );
  return hash.digest("hex").slice(0, 16);
};

const rng = createRng(1, { purpose: "images" });
const labels = Array.from({ length: 32 }, (_, i) => i % 2);
const images = labels.map((label) =>
  Float32Array.from({ length: 12 * 12 * 3 }, () => rng.uniform() + 0.2 * label),
);
const seeded = () => initializers.glorotUniform({ seed: 3 });
const model = sequential({
  layers: [
    layers.conv2d({
      inputShape: [12, 12, 3],
      filters: 8,
      kernelSize: 3,
      activation: "relu",
      kernelInitializer: seeded(),
      trainable: false,
      name: "frozen",
    }),
    layers.conv2d({
      filters: 16,
      kernelSize: 3,
      padding: "same",
      activation: "relu",
      kernelInitializer: seeded(),
      name: "conv",
    }),
    layers.maxPooling2d({ poolSize: 2, name: "pool" }),
    layers.flatten({ name: "flatten" }),
    layers.dropout({ rate: 0.5, name: "dropout" }),
    layers.dense({ units: 1, activation: "sigmoid", kernelInitializer: seeded(), name: "output" }),
  ],
});
const sources = images.map((image, i) => ({ key: String(i), load: async () => image }));
const { values } = await extractFeatures(model, sources);
const training = { values, labels };
const { history } = await train(model, {
  training,
  optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
  epochs: 5,
  batchSize: 8,
  seed: 0,
});
const scores = await predict(model, values);
const session = await createSession(compileInference(model).bytes);
const input = { data: images[0], dims: [1, 12, 12, 3] };
const [output] = Object.values(await session.run({ input }));
const weights = model.getWeights().map((weight) => weight.dataSync());
console.log(
  JSON.stringify({
    features: digest(...values.map((value) => Float32Array.from(value))),
    history: digest(history.map(({ seconds: _, ...epoch }) => epoch)),
    weights: digest(...weights),
    scores: digest(scores),
    inference: digest(output.data),
    // Engines differ in the last bits of Math.exp, log and pow, on which ends of intervals depend.
    metrics: digest(
      JSON.stringify(estimateMetrics(labels, scores, { threshold: 0.5, seed: 0 }), (_, value) =>
        typeof value === "number" ? value.toPrecision(12) : value,
      ),
    ),
  }),
);
