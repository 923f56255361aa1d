import { InvalidArgumentError } from "@covidxr/core";
import { checkInteger, checkNumber, checkOptions, formatBytes } from "@covidxr/core/internal";
import { getBackend, ready } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { MAX_OUTPUT_VALUES } from "../storage/building.js";
import { blankKernel } from "../weights/blank-kernel.js";
import { loadBackboneWeights } from "../weights/load-backbone-weights.js";
import {
  checkWeights,
  type NamedWeights,
  namedVariables,
  setWeights,
  type WeightValues,
} from "../weights/model-weights.js";
import { resolveWeights } from "../weights/weights-file.js";
import { drawWeights } from "./initial-weights.js";
import {
  constructVgg19,
  pooledPixels,
  VGG19_BLOCKS,
  VGG19_LAYERS,
  VGG19_REDUCTION,
  type Vgg19Shape,
} from "./vgg19.js";

/** Options of {@link buildModel}; defaults are those of the study. */
export interface BuildModelOptions {
  /** Height of the input in pixels, an integer of 32 or more (study: 320). */
  readonly height: number;
  /** Width of the input in pixels, an integer of 32 or more (study: 382). */
  readonly width: number;
  /** Seed of all randomly drawn initial weights. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * Number of backbone layers to train, counted from the end and including poolings: 0 … 21. The study's 3 are
   * block5_conv3, block5_conv4 and block5_pool.
   * @defaultValue 3
   */
  readonly trainableLayers?: number;
  /** Units of the hidden dense layer, 1 or more. @defaultValue 128 */
  readonly denseUnits?: number;
  /** Proportion of dense units dropped in training, in [0, 1). @defaultValue 0.5 */
  readonly dropout?: number;
  /**
   * Side of the average pooling after block5, 1 or more. Where block5_pool has fewer pixels (an input side below
   * 32 · poolSize), the pooling covers what there is.
   * @defaultValue 4
   */
  readonly poolSize?: number;
  /**
   * Initial backbone: `"imagenet"` (the published file in the cache folder, compared with its digest), the path of a Keras `.h5` file,
   * or `"random"` (He normal). For a file of one of those names write `"./random"`.
   * @defaultValue `"imagenet"`
   */
  readonly weights?: "imagenet" | "random" | (string & {});
  /**
   * Initial backbone in memory, as `readWeights` returns it from another model; replaces `weights`. Weights of other
   * layers are ignored. @defaultValue none
   */
  readonly backbone?: ReadonlyMap<string, WeightValues>;
  /** Folder that holds the ImageNet weights. @defaultValue that of `defaultCacheFolder` */
  readonly cacheFolder?: string;
}

/**
 * VGG19 without its top, then average pooling, flatten, dense (relu, He uniform), dropout and one sigmoid unit
 * (Glorot uniform). Layers carry their Keras names, `input_1`, `block1_conv1` … `block5_pool`,
 * `average_pooling2d`, `flatten`, `dense`, `dropout`, `output`.
 *
 * Input [N, height, width, 3], preprocessed; output [N, 1], the probability of the positive class. A seed gives the
 * same initial weights on every machine. The caller disposes the model.
 *
 * @throws {InvalidArgumentError} on an option out of range, or without a TensorFlow.js backend.
 * @throws {WeightsError} when the weights are missing, damaged or belong to another network. There is no fallback to random
 *   weights: request them with `weights: "random"`.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { buildModel } from "@covidxr/model";
 *
 * const model = await buildModel({ height: 64, width: 64, seed: 42, weights: "random" });
 * console.log(model.inputs[0]?.shape, model.outputs[0]?.shape); // [ null, 64, 64, 3 ] [ null, 1 ]
 * model.dispose();
 * ```
 */
export async function buildModel(options: BuildModelOptions): Promise<LayersModel> {
  checkOptions(options, {
    height: "number",
    width: "number",
    seed: "number",
    trainableLayers: "number?",
    denseUnits: "number?",
    dropout: "number?",
    poolSize: "number?",
    weights: "string?",
    backbone: "object?",
    cacheFolder: "string?",
  });
  const { height, width, trainableLayers = 3, denseUnits = 128, dropout = 0.5, poolSize = 4 } = options;
  const shape: Vgg19Shape = { height, width, trainableLayers, denseUnits, dropout, poolSize };
  checkShape(shape);
  checkInteger("seed", options.seed, { min: 0 });
  const weights = options.weights ?? "imagenet";
  const { backbone, cacheFolder } = options;
  if (backbone !== undefined) checkWeights("backbone", backbone);
  const path =
    backbone !== undefined || weights === "random"
      ? undefined
      : await resolveWeights(weights, cacheFolder === undefined ? {} : { cacheFolder });
  await requireBackend();

  const model = constructVgg19(shape);
  try {
    setWeights(model, drawWeights(model, ["dense", "output"], options.seed));
    if (backbone !== undefined) setWeights(model, backboneOf(model, backbone));
    else if (path === undefined) setWeights(model, drawWeights(model, VGG19_LAYERS, options.seed));
    else await loadBackboneWeights(model, path, weights);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Copies the backbone's weights from `given`. */
function backboneOf(model: LayersModel, given: ReadonlyMap<string, WeightValues>): NamedWeights {
  const weights: NamedWeights = new Map();
  for (const name of namedVariables(model).keys()) {
    if (!VGG19_LAYERS.some((layer) => name.startsWith(`${layer}/`))) continue;
    const found = given.get(name);
    if (found === undefined) {
      throw new InvalidArgumentError({
        parameter: "backbone",
        value: name,
        message: `expected all weights of VGG19's backbone, got none named "${name}"; pass those of a whole model`,
      });
    }
    const fault = blankKernel(name, found.values);
    if (fault !== undefined) {
      throw new InvalidArgumentError({
        parameter: "backbone",
        value: name,
        message: `expected trained weights, got "${name}", which ${fault}; pass those of a trained model, or weights: "random"`,
      });
    }
    weights.set(name, { shape: found.shape, values: found.values.slice() });
  }
  return weights;
}

function checkShape(shape: Vgg19Shape): void {
  checkInteger("height", shape.height, { min: VGG19_REDUCTION });
  checkInteger("width", shape.width, { min: VGG19_REDUCTION });
  checkInteger("trainableLayers", shape.trainableLayers, { min: 0, max: VGG19_LAYERS.length });
  checkInteger("denseUnits", shape.denseUnits, { min: 1 });
  checkInteger("poolSize", shape.poolSize, { min: 1 });
  checkNumber("dropout", shape.dropout, { min: 0, below: 1 });
  // What `loadModel` would refuse is not built either.
  const { height, width, denseUnits } = shape;
  const { filters } = VGG19_BLOCKS[0]!;
  checkValues("height", `an input of ${height} × ${width}, whose first layer`, height * width * filters);
  const flat = pooledPixels(shape) * VGG19_BLOCKS.at(-1)!.filters;
  checkValues("denseUnits", `${denseUnits} units on ${flat} features, whose kernel`, denseUnits * flat);
}

function checkValues(parameter: "height" | "denseUnits", got: string, values: number): void {
  if (values <= MAX_OUTPUT_VALUES) return;
  const [most, needed] = [MAX_OUTPUT_VALUES, values].map((each) => formatBytes(each * 4));
  throw new InvalidArgumentError({
    parameter,
    value: values,
    message: `expected no layer of more than ${most}, got ${got} takes ${needed}; choose a smaller one`,
  });
}

/**
 * Waits for the TensorFlow.js backend that the program registered.
 *
 * @throws {InvalidArgumentError} (`backend`) when there is none, or it fails to start.
 */
export async function requireBackend(): Promise<void> {
  try {
    await ready();
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "backend",
      value: getBackend(),
      message:
        `expected a TensorFlow.js backend that starts, got none (${(cause as Error).message}); ` +
        `import "@tensorflow/tfjs-backend-cpu" or another backend first`,
      cause,
    });
  }
}
