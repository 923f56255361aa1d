import type { LossName } from "@covidxr/onnx";
import {
  add,
  clipByValue,
  div,
  log,
  logSoftmax,
  mean,
  mul,
  neg,
  type Scalar,
  softplus,
  sub,
  sum,
  type Tensor,
} from "@tensorflow/tfjs-core";

/** Smallest distance of a probability from 0 and 1 in a logarithm: Keras' backend default for float32. */
const EPSILON = 1e-7;

/** A loss in TensorFlow.js, as `@covidxr/onnx` compiles it: values of each row, `[N, units]` or `[N, 1]`. */
interface TfjsLoss {
  /** The activation whose input the loss is computed from when it stands last: exact where outputs saturate. */
  readonly fusedActivation: "sigmoid" | "softmax";
  fromLogits(logits: Tensor, labels: Tensor): Tensor;
  fromOutputs(outputs: Tensor, labels: Tensor): Tensor;
}

const clipped = (probabilities: Tensor): Tensor => clipByValue(probabilities, EPSILON, 1 - EPSILON);

/** Losses by Keras' names; the loss of a batch is {@link batchLoss} of their terms. */
export const TFJS_LOSSES: Readonly<Record<LossName, TfjsLoss>> = {
  binaryCrossentropy: {
    fusedActivation: "sigmoid",
    fromLogits: (logits, labels) => sub(softplus(logits), mul(labels, logits)),
    fromOutputs(outputs, labels) {
      const p = clipped(outputs);
      return neg(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p)))));
    },
  },
  categoricalCrossentropy: {
    fusedActivation: "softmax",
    fromLogits: (logits, labels) => neg(sum(mul(labels, logSoftmax(logits)), -1, true)),
    // Keras divides by the sum of the outputs first, so that they need not be probabilities.
    fromOutputs: (outputs, labels) =>
      neg(sum(mul(labels, log(clipped(div(outputs, sum(outputs, -1, true))))), -1, true)),
  },
};

/** Mean of the terms, each row's times its weight `[N, 1]`. */
export function batchLoss(terms: Tensor, sampleWeights?: Tensor): Scalar {
  return mean(sampleWeights === undefined ? terms : mul(terms, sampleWeights)) as Scalar;
}
