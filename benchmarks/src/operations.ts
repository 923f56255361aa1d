import { splitModel } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";

/** Floating-point operations of one image, a multiplication and an addition counting as two. */
export interface Operations {
  /** Of the frozen prefix. */
  readonly prefix: number;
  /** Of the tail's forward pass, gradients in its weights and gradients in its values. */
  readonly tailStep: number;
}

/** Counts convolutions and dense layers as plain sums have them; all else is below one in a thousand. */
export function countOperations(model: LayersModel): Operations {
  const { tailFrom } = splitModel(model);
  const cut = model.layers.findIndex((layer) => layer.name === tailFrom);
  const forward = model.layers.map((layer) => {
    const kernel = layer.weights[0]?.shape;
    if (kernel === undefined) return 0;
    const places = (layer.outputShape as number[]).slice(1, -1).reduce((a, b) => a * b, 1);
    return 2 * places * kernel.reduce((a: number, b) => a * b!, 1);
  });
  const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);
  const tail = forward.slice(cut);
  // The first layer needs no gradient in its input.
  return { prefix: sum(forward.slice(0, cut)), tailStep: 3 * sum(tail) - tail[0]! };
}
