import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** What TensorFlow.js' own training gives. */
export interface FitReference {
  /** Of each epoch, before its only update. */
  readonly losses: readonly number[];
  /** Outputs afterwards, in row-major order. */
  readonly outputs: readonly number[];
}

/**
 * Trains all of `model` by TensorFlow.js' own `fit` with momentum, an epoch a step, so that the order of images is of no
 * matter. After each update the layers' constraints are applied: `fit` of TensorFlow.js 4.22 leaves them out, Keras does not.
 */
export async function fitReference(
  model: LayersModel,
  inputs: readonly Float32Array[],
  labels: readonly number[],
  { epochs, learningRate, momentum }: { epochs: number; learningRate: number; momentum: number },
): Promise<FitReference> {
  const shape = model.inputs[0]!.shape.slice(1) as number[];
  const images = new Float32Array(inputs.flatMap((input) => [...input]));
  const x = tf.tensor(images, [inputs.length, ...shape]);
  const y = tf.tensor(Float32Array.from(labels), [labels.length, 1]);
  model.compile({ optimizer: tf.train.momentum(learningRate, momentum), loss: "binaryCrossentropy" });
  const losses: number[] = [];
  for (let epoch = 0; epoch < epochs; epoch++) {
    losses.push((await model.trainOnBatch(x, y)) as number);
    tf.tidy(() => {
      for (const layer of model.layers) {
        // Written anew, each trainable weight goes through its constraint.
        for (const weight of layer.trainableWeights) weight.write(tf.clone(weight.read()));
      }
    });
  }
  const outputs = tf.tidy(() => [...(model.predict(x) as tf.Tensor).dataSync()]);
  tf.dispose([x, y]);
  return { losses, outputs };
}
