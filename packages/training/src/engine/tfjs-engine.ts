import { compileGradients, type LossName } from "@covidxr/onnx";
import {
  getBackend,
  setBackend,
  sigmoid,
  softmax,
  type Tensor,
  tensor,
  tidy,
  variableGrads,
} from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer, type FeatureArray } from "../features/feature-array.js";
import type { TrainingEngine } from "./engine.js";
import { describeTail } from "./engine-tail.js";
import { sumPenalties, withPenaltyGradient } from "./penalties.js";
import type { TfjsBackend } from "./tfjs-backend.js";
import { batchLoss, copyTail, TFJS_LOSSES } from "./tfjs-tail.js";

/**
 * Training engine on a backend that `resolveTfjsBackend` initialised: the part of `model` from layer `from` on, with the
 * same losses and gradients as the engine on onnxruntime, up to rounding. The model is copied, never written to, and the
 * program's own backend is set again after every call.
 *
 * @throws {UnsupportedLayerError} on a layer that onnxruntime's engine would refuse too, and on a dilated convolution,
 * of which TensorFlow.js 4.22 has no gradient.
 * @throws {InvalidArgumentError} on an unknown layer.
 */
export function tfjsEngineOn(
  { backend, description }: TfjsBackend,
  model: LayersModel,
  { from, loss }: { readonly from: string; readonly loss: LossName },
): TrainingEngine {
  // Compiled for its checks and the list of its inputs alone: both engines accept and expect the same.
  const graph = compileGradients(model, { from, loss, frozenWeights: "inputs" });
  const { input, labels: target, masks, weights: trained, frozenWeights } = graph;
  const { fusedActivation, fromLogits, fromOutputs } = TFJS_LOSSES[loss];
  const tail = withBackend(backend, () => copyTail(model, from, fusedActivation));
  const variables = trained.map(({ name }) => tail.variables.get(name)!);
  const activate = fusedActivation === "sigmoid" ? sigmoid : softmax;
  const terms = tail.givesLogits ? fromLogits : fromOutputs;
  const outputsOf = (last: Tensor): Tensor => (tail.givesLogits ? activate(last) : last);
  const join = batchBuffer(input.shape);
  const images = (features: readonly FeatureArray[]): Tensor => {
    const { data, dims } = join(features);
    return tensor(data, [...dims], "float32");
  };
  const compute = <T>(work: () => T): T => withBackend(backend, () => tidied(work));
  return {
    description,
    featureShape: input.shape,
    loss,
    units: target.shape[0]!,
    tail: describeTail(model, from),
    weights: [...trained, ...frozenWeights],
    masks,
    async gradients(weights, { features, labels, masks: given, sampleWeights }) {
      return compute(() => {
        tail.load(weights);
        const x = images(features);
        const y = tensor(labels.data, [...labels.dims], "float32");
        const factors = sampleWeights && tensor(sampleWeights, [features.length, 1], "float32");
        let outputs: Float32Array = new Float32Array(0);
        const { value, grads } = variableGrads(() => {
          const last = tail.forward(x, given);
          outputs = valuesOf(outputsOf(last));
          return batchLoss(terms(last, y), factors);
        }, variables);
        return {
          loss: value.dataSync()[0]! + sumPenalties(weights, trained),
          outputs,
          gradients: new Map(
            trained.map(({ name, penalty }, i) => {
              const gradient = valuesOf(grads[variables[i]!.name]!);
              const { data } = weights.get(name)!;
              return [name, penalty === undefined ? gradient : withPenaltyGradient(gradient, data, penalty)];
            }),
          ),
        };
      });
    },
    async outputs(weights, features) {
      return compute(() => {
        tail.load(weights);
        return valuesOf(outputsOf(tail.forward(images(features))));
      });
    },
    async dispose() {
      tail.dispose();
    },
  };
}

/**
 * Runs `work` on a backend that is initialised already, and puts the program's own back. Nothing can come in between:
 * TensorFlow.js sets such a backend before `setBackend` returns its promise.
 */
function withBackend<T>(backend: string, work: () => T): T {
  const before = getBackend();
  void setBackend(backend);
  try {
    return work();
  } finally {
    void setBackend(before);
  }
}

/** `tidy` for a result without tensors, which it would search value by value. */
function tidied<T>(work: () => T): T {
  const results: T[] = [];
  tidy(() => {
    results.push(work());
  });
  return results[0]!;
}

const valuesOf = (values: Tensor): Float32Array => values.dataSync() as Float32Array;
