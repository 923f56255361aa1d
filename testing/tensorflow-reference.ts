import { createRng } from "@covidxr/core";
import type { LossName, TensorData } from "@covidxr/onnx";
import * as tf from "@tensorflow/tfjs-core";
import type { LayersModel, layers } from "@tensorflow/tfjs-layers";

/** Values in [-1, 1) from a key; `purpose` keeps the tensors of one test apart. */
export function randomTensor(purpose: string, dims: readonly number[]): TensorData {
  const rng = createRng(7, { purpose });
  const data = Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => 2 * rng.uniform() - 1);
  return { data, dims };
}

/** Gives every weight of the model values from a key, scaled so that activations neither vanish nor saturate. */
export function randomizeWeights(model: LayersModel): void {
  for (const layer of model.layers) {
    const values = layer.getWeights().map((weight, i) => {
      const fanIn = weight.shape.slice(0, -1).reduce((a, b) => a * b, 1);
      const { data } = randomTensor(`${layer.name}/${i}`, weight.shape);
      const scale = weight.rank === 1 ? 0.1 : Math.sqrt(3 / fanIn);
      return tf.tensor(
        data.map((v) => v * scale),
        weight.shape,
      );
    });
    layer.setWeights(values);
    tf.dispose(values);
  }
}

type Weight = layers.Layer["weights"][number];

/** The tf.Variable behind a layer's weight; TensorFlow.js keeps it out of its types. */
function variableOf(weight: Weight): tf.Variable {
  return (weight as unknown as { val: tf.Variable }).val;
}

function lossOf(name: LossName, outputs: tf.Tensor, labels: tf.Tensor): tf.Scalar {
  return tf.tidy(() => {
    const last = outputs.shape.length - 1;
    const clip = (x: tf.Tensor) => tf.clipByValue(x, 1e-7, 1 - 1e-7);
    if (name === "binaryCrossentropy") {
      const p = clip(outputs);
      const terms = tf.add(tf.mul(labels, tf.log(p)), tf.mul(tf.sub(1, labels), tf.log(tf.sub(1, p))));
      return tf.neg(tf.mean(terms)) as tf.Scalar;
    }
    const share = clip(tf.div(outputs, tf.sum(outputs, last, true)));
    return tf.neg(tf.mean(tf.sum(tf.mul(labels, tf.log(share)), last))) as tf.Scalar;
  });
}

/** What a training step gives, but for the update. */
export interface ReferenceStep {
  readonly output: Float32Array;
  readonly loss: number;
  /** By weight name. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** TensorFlow.js' own forward pass, loss and gradients, with given dropout masks. */
export function referenceStep(
  model: LayersModel,
  loss: LossName,
  input: TensorData,
  labels: TensorData,
  masks: Readonly<Record<string, TensorData>>,
): ReferenceStep {
  let result: ReferenceStep | undefined;
  tf.tidy(() => {
    const weights = model.layers.flatMap((layer) =>
      layer.trainableWeights.map((weight) => ({
        name: `${layer.name}/${weight.originalName.split("/").at(-1)}`,
        variable: variableOf(weight),
      })),
    );
    const forward = (): tf.Tensor => {
      let x: tf.Tensor = tf.tensor(input.data, [...input.dims]);
      for (const layer of model.layers) {
        if (layer.getClassName() === "InputLayer") continue;
        const mask = masks[`${layer.name}/mask`];
        x = mask ? tf.mul(x, tf.tensor(mask.data, [...mask.dims])) : (layer.call(x, {}) as tf.Tensor);
      }
      return x;
    };
    const y = tf.tensor(labels.data, [...labels.dims]);
    const { value, grads } = tf.variableGrads(
      () => lossOf(loss, forward(), y),
      weights.map((w) => w.variable),
    );
    result = {
      output: forward().dataSync() as Float32Array,
      loss: value.dataSync()[0]!,
      gradients: new Map(weights.map((w) => [w.name, grads[w.variable.name]!.dataSync() as Float32Array])),
    };
  });
  return result!;
}

/** ‖actual - expected‖ / ‖expected‖; 0 when both are zero. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let difference = 0;
  let norm = 0;
  for (let i = 0; i < expected.length; i++) {
    difference += (actual[i]! - expected[i]!) ** 2;
    norm += expected[i]! ** 2;
  }
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  return norm === 0 ? Math.sqrt(difference) : Math.sqrt(difference / norm);
}
