import { cacheKey } from "@covidxr/core/files";
import { train } from "../loop/train.js";
import type { TrainOptions } from "../loop/train-options.js";
import { sgd } from "../optimizers/sgd.js";
import { separableFeatures } from "./separable-features.js";
import { weightsOf } from "./weights-of.js";
import { wideModel } from "./wide-model.js";

/** A run of five epochs that keeps checkpoints in `folder` and resumes; a digest of its weights and history. */
export async function resumableRun(
  folder: string,
  hooks: Pick<TrainOptions, "onResume" | "onStep" | "onEpoch"> = {},
): Promise<string> {
  const model = wideModel();
  const { history } = await train(model, {
    training: separableFeatures(22, 1),
    validation: separableFeatures(9, 2),
    epochs: 5,
    batchSize: 8,
    optimizer: sgd({ learningRate: 0.01, momentum: 0.9 }),
    seed: 5,
    clock: () => 0,
    checkpoint: { folder, key: "features", resume: true },
    ...hooks,
  });
  const digest = cacheKey(Float32Array.from(weightsOf(model)), history);
  model.dispose();
  return digest;
}
