import { InvalidArgumentError } from "@covidxr/core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { loadBackboneWeights } from "../weights/load-backbone-weights.js";
import {
  type NamedWeights,
  namedVariables,
  setWeights,
  type WeightValues,
} from "../weights/named-weights.js";
import { type ResolveWeightsOptions, resolveWeights } from "../weights/resolve-weights.js";
import { drawWeights } from "./draw-weights.js";
import { requireBackend } from "./require-backend.js";
import { constructVgg19, VGG19_LAYERS, VGG19_REDUCTION, type Vgg19Shape } from "./vgg19.js";

/** What the study used; see {@link buildModel}. */
export const MODEL_DEFAULTS = {
  trainableLayers: 3,
  denseUnits: 128,
  dropout: 0.5,
  poolSize: 4,
  weights: "imagenet",
} as const;

/** Options of {@link buildModel}. */
export interface BuildModelOptions extends ResolveWeightsOptions {
  /** Height of the input in pixels, an integer of 32 or more (study: 320). */
  readonly height: number;
  /** Width of the input in pixels, an integer of 32 or more (study: 382). */
  readonly width: number;
  /** Seed of every initial weight that is drawn. Safe integer, 0 or more. */
  readonly seed: number;
  /**
   * How many backbone layers train, counted from the end and poolings included: 0 … 21. The study's 3 are
   * block5_conv3, block5_conv4 and block5_pool.
   * @defaultValue {@link MODEL_DEFAULTS}.trainableLayers
   */
  readonly trainableLayers?: number;
  /** Units of the hidden dense layer, 1 or more. @defaultValue {@link MODEL_DEFAULTS}.denseUnits */
  readonly denseUnits?: number;
  /** Share of dense units dropped in training, in [0, 1). @defaultValue {@link MODEL_DEFAULTS}.dropout */
  readonly dropout?: number;
  /**
   * Side of the average pooling after block5. On an axis where block5_pool has fewer pixels than that (an input
   * side below 32 · poolSize) the pooling covers what there is. 1 or more.
   * @defaultValue {@link MODEL_DEFAULTS}.poolSize
   */
  readonly poolSize?: number;
  /**
   * Start of the backbone: `"imagenet"` (the file in the cache folder, see {@link resolveWeights}), the path of a
   * Keras `.h5` file, or `"random"` (He normal). For a file of one of those two names write `"./random"`.
   * @defaultValue {@link MODEL_DEFAULTS}.weights
   */
  readonly weights?: "imagenet" | "random" | (string & {});
  /**
   * Start of the backbone in memory, as `readWeights` gives it of another model; takes the place of `weights`. Weights
   * of other layers in it are passed over. @defaultValue none
   */
  readonly backbone?: ReadonlyMap<string, WeightValues>;
}

/**
 * VGG19 without its top, then average pooling, flatten, dense (relu, He uniform), dropout and one sigmoid unit
 * (Glorot uniform). Layers carry their Keras names, `input_1`, `block1_conv1` … `block5_pool`,
 * `average_pooling2d`, `flatten`, `dense`, `dropout`, `output`.
 *
 * Input [N, height, width, 3] as the chosen preprocessing gives it; output [N, 1], the probability of the
 * positive class. One seed gives one set of initial weights, on any machine. The caller disposes the model.
 *
 * @throws {InvalidArgumentError} on an option out of range, or without a TensorFlow.js backend.
 * @throws {WeightsError} when the weights are missing or belong to another network. There is no fallback to a
 *   random start: ask for it by `weights: "random"`.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { buildModel } from "@covidxr/model";
 *
 * const model = await buildModel({ height: 64, width: 64, seed: 42, weights: "random" });
 * console.log(model.inputs[0]?.shape, model.countParams()); // [ null, 64, 64, 3 ] 20090177
 * model.dispose();
 * ```
 */
export async function buildModel(options: BuildModelOptions): Promise<LayersModel> {
  const shape: Vgg19Shape = {
    height: options.height,
    width: options.width,
    trainableLayers: options.trainableLayers ?? MODEL_DEFAULTS.trainableLayers,
    denseUnits: options.denseUnits ?? MODEL_DEFAULTS.denseUnits,
    dropout: options.dropout ?? MODEL_DEFAULTS.dropout,
    poolSize: options.poolSize ?? MODEL_DEFAULTS.poolSize,
  };
  checkShape(shape);
  const weights = options.weights ?? MODEL_DEFAULTS.weights;
  const { backbone } = options;
  const path =
    backbone !== undefined || weights === "random" ? undefined : await resolveWeights(weights, options);
  await requireBackend();

  const model = constructVgg19(shape);
  try {
    setWeights(model, drawWeights(model, ["dense", "output"], options.seed));
    if (backbone !== undefined) setWeights(model, backboneOf(model, backbone));
    else if (path === undefined) setWeights(model, drawWeights(model, VGG19_LAYERS, options.seed));
    else await loadBackboneWeights(model, path);
    return model;
  } catch (error) {
    model.dispose();
    throw error;
  }
}

/** Copies of the backbone's weights among `given`. */
function backboneOf(model: LayersModel, given: ReadonlyMap<string, WeightValues>): NamedWeights {
  const weights: NamedWeights = new Map();
  for (const name of namedVariables(model).keys()) {
    if (!VGG19_LAYERS.some((layer) => name.startsWith(`${layer}/`))) continue;
    const found = given.get(name);
    if (found === undefined) {
      throw new InvalidArgumentError({
        parameter: "backbone",
        value: name,
        message: `expected all weights of VGG19's backbone, got none named "${name}"; give those of a whole model`,
      });
    }
    weights.set(name, { shape: found.shape, values: found.values.slice() });
  }
  return weights;
}

function checkShape(shape: Vgg19Shape): void {
  checkInteger("height", shape.height, VGG19_REDUCTION);
  checkInteger("width", shape.width, VGG19_REDUCTION);
  checkInteger("trainableLayers", shape.trainableLayers, 0, VGG19_LAYERS.length);
  checkInteger("denseUnits", shape.denseUnits, 1);
  checkInteger("poolSize", shape.poolSize, 1);
  if (!(shape.dropout >= 0 && shape.dropout < 1)) {
    throw new InvalidArgumentError({
      parameter: "dropout",
      value: shape.dropout,
      message: `expected a number in [0, 1), got ${shape.dropout}`,
    });
  }
}

function checkInteger(parameter: string, value: number, minimum: number, maximum = Number.MAX_SAFE_INTEGER) {
  if (!Number.isSafeInteger(value) || value < minimum || value > maximum) {
    const range =
      maximum === Number.MAX_SAFE_INTEGER ? `of ${minimum} or more` : `from ${minimum} to ${maximum}`;
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an integer ${range}, got ${value}`,
    });
  }
}
