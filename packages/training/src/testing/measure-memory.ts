import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "@tensorflow/tfjs-backend-cpu";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import { variantFeatures } from "../features/epoch-features.js";
import { train } from "../loop/train.js";
import { adam } from "../optimizers/adam.js";
import { separableFeatures } from "./separable-features.js";
import { wideModel } from "./wide-model.js";

// A training run that prints a line of JSON with its memory after each epoch: `node --expose-gc measure-memory.ts N`.
const epochs = Number(process.argv[2]);

async function main(): Promise<void> {
  enableProdMode();
  await setBackend("cpu");
  const folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  const copies = [1, 2, 3].map((seed) => separableFeatures(48, seed));
  await train(wideModel(), {
    training: variantFeatures(
      copies.map(({ values }) => values),
      copies[0]!.labels,
      1,
    ),
    validation: separableFeatures(24, 4),
    epochs,
    batchSize: 8,
    optimizer: adam(),
    clip: { norm: 1 },
    classWeights: "balanced",
    earlyStopping: { patience: epochs },
    seed: 5,
    checkpoint: { folder: join(folder, "checkpoints"), key: "features", resume: false },
    onEpoch: () => {
      globalThis.gc!();
      const { heapUsed, external, rss } = process.memoryUsage();
      console.log(JSON.stringify({ heapUsed, external, rss }));
    },
  });
  await rm(folder, { recursive: true, force: true });
}

void main();
