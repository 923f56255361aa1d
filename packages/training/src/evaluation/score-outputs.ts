import { countCorrect, sumCrossentropy } from "./count-outputs.js";

/** Figures of a model on some images. */
export interface Evaluation {
  /** Mean cross-entropy of the outputs, which are taken as probabilities. */
  readonly loss: number;
  /** Share of images whose class is named right: above 0.5 for one unit, else the largest output. */
  readonly accuracy: number;
  /** `[N, units]` outputs, in the order of the images. */
  readonly outputs: Float32Array;
}

/** Loss and accuracy of outputs `[N, units]`. */
export function scoreOutputs(outputs: Float32Array, labels: readonly number[]): Evaluation {
  const units = outputs.length / labels.length;
  return {
    loss: sumCrossentropy(outputs, labels, units) / labels.length,
    accuracy: countCorrect(outputs, labels, units) / labels.length,
    outputs,
  };
}
