import { modelSteps, type WeightInfo, type WeightPenalty } from "@covidxr/onnx/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import type { Weights } from "./engine.js";
import { takeWeights } from "./model-weights.js";

/** What regularisers add to the loss: `l1·Σ|w| + l2·Σw²` over the weights that have one. */
export function sumPenalties(weights: Weights, infos: readonly WeightInfo[]): number {
  let sum = 0;
  for (const { name, penalty } of infos) {
    if (penalty === undefined) continue;
    let absolute = 0;
    let square = 0;
    for (const value of weights.get(name)!.data) {
      absolute += Math.abs(value);
      square += value * value;
    }
    sum += penalty.l1 * absolute + penalty.l2 * square;
  }
  return sum;
}

/** The same for a model with the weights that it has now. */
export function modelPenalties(model: LayersModel): number {
  const { steps } = modelSteps(model);
  const infos = steps.flatMap(({ weights }) => weights.filter(({ penalty }) => penalty !== undefined));
  return sumPenalties(takeWeights(model, infos), infos);
}

/** The gradient of the loss in a weight with that of its penalty; |w| has the gradient 0 at 0, as in TensorFlow. */
export function withPenaltyGradient(
  gradient: Float32Array,
  weight: Float32Array,
  { l1, l2 }: WeightPenalty,
): Float32Array {
  return gradient.map((value, i) => value + l1 * Math.sign(weight[i]!) + 2 * l2 * weight[i]!);
}
