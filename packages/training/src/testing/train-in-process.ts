import { cacheKey } from "@covidxr/core/files";
import "@tensorflow/tfjs-backend-cpu";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import { train } from "../loop/train.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "./separable-features.js";
import { weightsOf } from "./weights-of.js";
import { wideModel } from "./wide-model.js";

// A training run as a program of its own, to be killed: `train-in-process.ts FOLDER EPOCHS`. Prints `ready`, a line for
// each epoch and at the end a digest of the weights and the history.
const [folder, epochs] = process.argv.slice(2) as [string, string];

async function main(): Promise<void> {
  enableProdMode();
  await setBackend("cpu");
  const model = wideModel();
  console.log("ready");
  const { history } = await train(model, {
    training: separableFeatures(22, 1),
    validation: separableFeatures(9, 2),
    epochs: Number(epochs),
    batchSize: 8,
    optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
    seed: 5,
    clock: () => 0,
    checkpoint: { folder, key: "features", resume: true },
    onResume: ({ history: earlier }) => console.log(`resumed ${earlier.length}`),
    onEpoch: ({ epoch }) => console.log(`epoch ${epoch}`),
  });
  console.log(`digest ${cacheKey(weightsOf(model), history)}`);
}

void main();
