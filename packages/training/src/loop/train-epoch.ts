import { createRng, DivergenceError } from "@covidxr/core";
import { throwIfInterrupted } from "@covidxr/core/internal";
import type { TensorData } from "@covidxr/onnx";
import type { DropoutMask } from "@covidxr/onnx/internal";
import type { TrainingEngine, Weights } from "../engine/engine.js";
import type { EpochFeatures } from "../features/labelled-features.js";
import { gatherLabels } from "../features/labelled-features.js";
import { clipGradients } from "../optimizers/clip-gradients.js";
import type { Constraints } from "../optimizers/constraints.js";
import { countCorrect } from "./evaluate.js";
import type { TrainOptions } from "./train-options.js";

/** What one epoch needs besides the engine and the weights. */
export interface EpochOptions
  extends Pick<TrainOptions, "optimizer" | "schedule" | "clip" | "seed" | "epochs" | "onStep" | "signal"> {
  readonly images: EpochFeatures;
  readonly constraints: Constraints;
  /** Factor of each image's loss. */
  readonly sampleWeights: Float32Array | undefined;
  readonly batchSize: number;
  /** 1-based. */
  readonly epoch: number;
}

/**
 * One pass over the training images in a new order; changes `weights` in place.
 *
 * @returns Means over the images: the loss that was minimised, and accuracy of the same outputs.
 * @throws {DivergenceError} when the loss or a gradient is not finite.
 */
export async function trainEpoch(
  engine: TrainingEngine,
  weights: Weights,
  options: EpochOptions,
): Promise<{ loss: number; accuracy: number }> {
  const { images, sampleWeights, optimizer, schedule, clip, seed, batchSize, epoch, epochs } = options;
  const { labels } = images;
  const order = createRng(seed, { purpose: "shuffle", epoch }).permutation(labels.length);
  const steps = Math.ceil(labels.length / batchSize);
  let lossSum = 0;
  let correct = 0;
  let seen = 0;
  for (let step = 0; step < steps; step++) {
    throwIfInterrupted(options.signal, "training");
    const rows = order.subarray(step * batchSize, (step + 1) * batchSize);
    const place = { step: (epoch - 1) * steps + step, stepsPerEpoch: steps, epochs };
    const rateFactor = schedule?.factor(place) ?? 1;
    const batch = {
      features: await images.features(epoch, rows),
      labels: gatherLabels(labels, rows, engine.units),
      masks: drawMasks(engine.masks, rows.length, seed, epoch, step),
    };
    const result = await engine.gradients(
      weights,
      sampleWeights === undefined
        ? batch
        : { ...batch, sampleWeights: Float32Array.from(rows, (row) => sampleWeights[row]!) },
    );
    const norm = clip === undefined ? 0 : clipGradients(result.gradients, clip);
    if (!Number.isFinite(result.loss) || !Number.isFinite(norm)) {
      throw new DivergenceError({ epoch, step: step + 1, loss: result.loss });
    }
    optimizer.update(weights, result.gradients, rateFactor);
    options.constraints.apply(weights);
    lossSum += result.loss * rows.length;
    correct += countCorrect(
      result.outputs,
      Array.from(rows, (row) => labels[row]!),
      engine.units,
    );
    seen += rows.length;
    options.onStep?.({ epoch, epochs, step: step + 1, steps, loss: lossSum / seen });
  }
  return { loss: lossSum / seen, accuracy: correct / seen };
}

/** Inverted dropout masks for one step: 0 for dropped units, 1/(1-rate) for kept ones. */
function drawMasks(
  masks: readonly DropoutMask[],
  rows: number,
  seed: number,
  epoch: number,
  step: number,
): Record<string, TensorData> {
  return Object.fromEntries(
    masks.map(({ name, shape, rate }) => {
      const rng = createRng(seed, { purpose: `dropout:${name}`, epoch, index: step });
      const length = rows * shape.reduce((a, b) => a * b, 1);
      const data = Float32Array.from({ length }, () => (rng.uniform() < rate ? 0 : 1 / (1 - rate)));
      return [name, { data, dims: [rows, ...shape] }];
    }),
  );
}
