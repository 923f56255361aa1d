import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, describeValue } from "@covidxr/core/internal";
import { compileGradients, type LossName } from "@covidxr/onnx";
import {
  add,
  getBackend,
  setBackend,
  sigmoid,
  softmax,
  type Tensor,
  tensor,
  tensor1d,
  tidy,
  variableGrads,
} from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { batchBuffer, type FeatureArray } from "../features/feature-array.js";
import type { TrainingEngine } from "./engine.js";
import { describeTail } from "./engine-tail.js";
import { sumPenalties, withPenaltyGradient } from "./penalties.js";
import { batchLoss, copyTail, TFJS_LOSSES } from "./tfjs-tail.js";

/** A package that brings TensorFlow's native library to TensorFlow.js. */
export type TfjsPackage = "@tensorflow/tfjs-node-gpu" | "@tensorflow/tfjs-node";

/** The packages with a native backend, fastest first. */
export const TFJS_PACKAGES: readonly TfjsPackage[] = ["@tensorflow/tfjs-node-gpu", "@tensorflow/tfjs-node"];

/** A backend of TensorFlow.js that works here. */
export interface TfjsBackend {
  /** TensorFlow.js' name of it, such as `"tensorflow"`. */
  readonly backend: string;
  /** What runs, for reports: `"tfjs-node 4.22.0 (tensorflow)"`. */
  readonly description: string;
}

/** Options of `createTfjsEngine`. */
export interface TfjsEngineOptions {
  /** First layer of the part that trains. */
  readonly from: string;
  readonly loss: LossName;
  /** Package that computes. @defaultValue `@tensorflow/tfjs-node-gpu`, else `@tensorflow/tfjs-node` */
  readonly backend?: TfjsPackage;
}

/** Loads a package by its name; tests put an error or a stand-in in place of one. */
type ImportPackage = (name: TfjsPackage) => Promise<Readonly<Record<string, unknown>>>;

/**
 * Finds the first package that is installed and works: it has to add two numbers. The program's own backend stays set.
 *
 * @param preference The only package to try. @defaultValue all of `@tensorflow/tfjs-node-gpu` and `@tensorflow/tfjs-node`, in this order
 * @throws {InvalidArgumentError} with parameter `"backend"` when none works; `value` has the reason for each package.
 */
export async function resolveTfjsBackend(
  preference?: TfjsPackage,
  importPackage: ImportPackage = (name) => import(name),
): Promise<TfjsBackend> {
  if (preference !== undefined && !TFJS_PACKAGES.includes(preference)) {
    throw new InvalidArgumentError({
      parameter: "backend",
      value: preference,
      message: `expected one of ${TFJS_PACKAGES.join(", ")}, got ${describeValue(preference)}`,
    });
  }
  checkArguments({ importPackage }, { importPackage: "function" });
  const backend = "tensorflow";
  const reasons: Record<string, string> = {};
  const before = getBackend();
  try {
    for (const name of preference === undefined ? TFJS_PACKAGES : [preference]) {
      try {
        const module = await importPackage(name);
        if (!(await setBackend(backend))) throw new Error(`its backend "${backend}" does not start`);
        tidy(() => add(tensor1d([1]), tensor1d([2])).dataSync());
        const versions = (module.version ?? (module.default as { version?: unknown })?.version) as
          | Readonly<Record<string, string>>
          | undefined;
        const version = versions?.["tfjs-node"] ?? "of unknown version";
        return { backend, description: `${name.slice("@tensorflow/".length)} ${version} (${backend})` };
      } catch (error) {
        reasons[name] = reasonOf(name, error);
      }
    }
  } finally {
    await setBackend(before);
  }
  const all = Object.entries(reasons).map(([name, reason]) => `${name}: ${reason}`);
  throw new InvalidArgumentError({
    parameter: "backend",
    value: reasons,
    message: `expected a TensorFlow.js package that works, got none (${all.join("; ")}); install @tensorflow/tfjs-node, or use the engine "onnx", which runs everywhere`,
  });
}

function reasonOf(name: TfjsPackage, error: unknown): string {
  const { code, message } = error as { code?: string; message?: string };
  const isAbsent = code === "ERR_MODULE_NOT_FOUND" || code === "MODULE_NOT_FOUND";
  const line = String(message ?? error)
    .trim()
    .split("\n")[0]!;
  return isAbsent && line.includes(`'${name}'`) ? "not installed" : line;
}

/**
 * Training engine on TensorFlow's native library, by `@tensorflow/tfjs-node-gpu` or `@tensorflow/tfjs-node`: the part
 * of `model` from layer `from` on, with the same losses and gradients as the engine on onnxruntime, up to rounding.
 * The model is copied, never written to, and the program's own backend is set again after every call.
 *
 * @throws {UnsupportedLayerError} on a layer that onnxruntime's engine would refuse too, and on a dilated convolution,
 * of which TensorFlow.js 4.22 has no gradient.
 * @throws {InvalidArgumentError} on an unknown layer, and with parameter `"backend"` when neither package works.
 */
export async function createTfjsEngine(
  model: LayersModel,
  { backend, ...options }: TfjsEngineOptions,
): Promise<TrainingEngine> {
  return tfjsEngineOn(await resolveTfjsBackend(backend), model, options);
}

/** The engine on a backend that is initialised already. */
export function tfjsEngineOn(
  { backend, description }: TfjsBackend,
  model: LayersModel,
  { from, loss }: Pick<TfjsEngineOptions, "from" | "loss">,
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
