import { compileGradients, compileInference, type LossName } from "@covidxr/onnx";
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
import { batchBuffer } from "./batch-buffer.js";
import { copyTail } from "./copy-tail.js";
import type { TrainingEngine } from "./engine.js";
import { resolveTfjsBackend, type TfjsBackend, type TfjsPackage } from "./tfjs-backends.js";
import { batchLoss, TFJS_LOSSES } from "./tfjs-loss.js";
import { withBackend } from "./with-backend.js";

/** Options of {@link createTfjsEngine}. */
export interface TfjsEngineOptions {
  /** First layer of the part that trains. */
  readonly from: string;
  readonly loss: LossName;
  /** Package whose backend computes. @defaultValue the first of `TFJS_PACKAGES` that works */
  readonly backend?: TfjsPackage;
}

/**
 * Training engine on TensorFlow.js: the part of `model` from layer `from` on, with the same losses and gradients as
 * the one on onnxruntime, up to rounding. The model is copied, never written to, and the program's own backend is
 * set again after every call.
 *
 * @throws {UnsupportedLayerError} on a layer that onnxruntime's engine would refuse too, and on a dilated convolution,
 * of which TensorFlow.js 4.22 has no gradient.
 * @throws {InvalidArgumentError} on an unknown layer, and with parameter `"backend"` when no backend works.
 */
export async function createTfjsEngine(
  model: LayersModel,
  { from, loss, backend: preference }: TfjsEngineOptions,
): Promise<TrainingEngine> {
  // Compiled for its checks and the list of its inputs alone: both engines accept and expect the same.
  const { input, labels: target, masks, weights: trained } = compileGradients(model, { from, loss });
  const all = compileInference(model, { from, weights: "inputs" }).weights;
  const frozen = all.filter((info) => !trained.some(({ name }) => name === info.name));
  const { fusedActivation, fromLogits, fromOutputs } = TFJS_LOSSES[loss];
  const { backend, package: packageName, version } = await resolveAside(preference);
  const tail = withBackend(backend, () => copyTail(model, from, fusedActivation));
  const variables = trained.map(({ name }) => tail.variables.get(name)!);
  const activate = fusedActivation === "sigmoid" ? sigmoid : softmax;
  const terms = tail.givesLogits ? fromLogits : fromOutputs;
  const outputsOf = (last: Tensor): Tensor => (tail.givesLogits ? activate(last) : last);
  const join = batchBuffer(input.shape);
  const images = (features: Parameters<typeof join>[0]): Tensor => {
    const { data, dims } = join(features);
    return tensor(data, [...dims], "float32");
  };
  const compute = <T>(work: () => T): T => withBackend(backend, () => tidied(work));
  return {
    description: `${packageName.slice("@tensorflow/".length)} ${version} (${backend})`,
    featureShape: input.shape,
    loss,
    units: target.shape[0]!,
    weights: [...trained, ...frozen],
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
          loss: value.dataSync()[0]!,
          outputs,
          gradients: new Map(trained.map(({ name }, i) => [name, valuesOf(grads[variables[i]!.name]!)])),
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

/** `tidy` for a result without tensors, which it would search value by value. */
function tidied<T>(work: () => T): T {
  const results: T[] = [];
  tidy(() => {
    results.push(work());
  });
  return results[0]!;
}

const valuesOf = (values: Tensor): Float32Array => values.dataSync() as Float32Array;

/** Resolves a backend and sets the program's own again. */
async function resolveAside(preference: TfjsPackage | undefined): Promise<TfjsBackend> {
  const before = getBackend();
  try {
    return await resolveTfjsBackend(preference);
  } finally {
    await setBackend(before);
  }
}
