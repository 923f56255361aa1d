import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, describeValue } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { GraphBuilder } from "../graph/graph-builder.js";
import { channelsLast, graphInput, type LayerValue } from "../graph/layer-value.js";
import { constantWeights, inputWeights, type WeightInfo } from "../graph/weight-source.js";
import type { ConvolutionAlgorithm, EmitContext } from "../layers/layer-emitter.js";
import { kindOf } from "../layers/registry.js";
import { type LayerRange, modelSteps, RANGE, type StepChain } from "./model-steps.js";

/**
 * Preprocessing of RGB pixels: `rescale` multiplies by 1/255; `caffe` turns RGB into BGR and
 * subtracts ImageNet's channel means.
 */
export type PixelPreprocessing = "rescale" | "caffe";

/** Options of {@link compileInference}. */
export interface CompileInferenceOptions extends LayerRange {
  /**
   * Whether weights are constants of the graph (self-contained, fastest) or inputs that each call provides (for
   * weights that change between calls). @defaultValue "constants"
   */
  readonly weights?: "constants" | "inputs";
  /**
   * How convolutions are computed; `direct` makes the most portable file. @defaultValue "direct"
   */
  readonly convolution?: ConvolutionAlgorithm;
  /** As in {@link CompileGradientsOptions}. @defaultValue "channels-last" */
  readonly inputLayout?: "channels-last" | "spatial-first";
  /** Omits the activation of the last layer. @defaultValue false */
  readonly beforeActivation?: boolean;
  /** Preprocesses RGB pixels, 0 to 255, inside the graph. @defaultValue none */
  readonly preprocessing?: PixelPreprocessing;
  /** Text pairs stored in the file, such as labels and threshold. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A graph that maps a batch to the output of a model or a part of it. */
export interface InferenceGraph {
  /** The `.onnx` file. */
  readonly bytes: Uint8Array;
  /** `input`: float32, any N, stored as `layout` says; `shape` is one image's, `[H, W, C]` or `[features]`. */
  readonly input: {
    readonly name: "input";
    readonly shape: readonly number[];
    readonly layout: LayerValue["layout"];
  };
  /** `output`: float32 `[N, ...shape]`, channels last. */
  readonly output: { readonly name: "output"; readonly shape: readonly number[] };
  /** Weights that each call must provide; empty when they are constants. */
  readonly weights: readonly WeightInfo[];
}

/**
 * Compiles a LayersModel, or the layers `from` … `to` of it, to an ONNX graph that maps inputs to outputs as
 * `model.predict` does. Any ONNX runtime with operator set 17 opens the file.
 *
 * @throws {UnsupportedLayerError} naming the first layer that cannot be compiled and what could.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { compileInference, createSession } from "@covidxr/onnx";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }));
 * model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
 *
 * const session = await createSession(compileInference(model).bytes);
 * const { output } = await session.run({ input: { data: new Float32Array(2 * 8 * 8 * 3), dims: [2, 8, 8, 3] } });
 * console.log(output?.dims, output?.data); // [ 2, 1 ] Float32Array(2) [ 0.5, 0.5 ]
 * ```
 */
export function compileInference(model: LayersModel, options: CompileInferenceOptions = {}): InferenceGraph {
  checkArguments({ model }, { model: "model" });
  checkOptions(options, {
    ...RANGE,
    weights: ["constants", "inputs", undefined],
    convolution: ["auto", "direct", "winograd", undefined],
    inputLayout: ["channels-last", "spatial-first", undefined],
    beforeActivation: "boolean?",
    preprocessing: ["rescale", "caffe", undefined],
    metadata: "object?",
  });
  checkMetadata(options.metadata);
  const chain = modelSteps(model, options);
  const graph = new GraphBuilder();
  const weights: WeightInfo[] = [];
  const context: EmitContext = {
    graph,
    gradients: false,
    convolution: options.convolution ?? "direct",
    weights:
      options.weights === "inputs"
        ? inputWeights((info) => weights.push(info))
        : constantWeights(chain.values),
  };
  let value = graphInput(graph, chain.inputShape, options.inputLayout);
  const { layout } = value;
  if (options.preprocessing !== undefined) {
    requirePixels(chain, options.preprocessing);
    value = emitPreprocessing(graph, value, options.preprocessing);
  }
  let { steps } = chain;
  if (options.beforeActivation && steps.at(-1)!.layerClass === "Activation") steps = steps.slice(0, -1);
  for (const step of steps) {
    graph.scope = step.layer;
    value = kindOf(step).emit(context, step, value).output;
  }
  graph.output("output", channelsLast(graph, value).name, ["N", ...chain.outputShape]);
  return {
    bytes: graph.encode(model.name, options.metadata),
    input: { name: "input", shape: chain.inputShape, layout },
    output: { name: "output", shape: chain.outputShape },
    weights,
  };
}

/** ImageNet's means in the order BGR, as keras.applications.imagenet_utils has them in mode "caffe". */
const IMAGENET_MEANS_BGR = [103.939, 116.779, 123.68];

/** @throws {InvalidArgumentError} where the chain does not take RGB pixels. */
function requirePixels({ fromInput, inputShape }: StepChain, preprocessing: PixelPreprocessing): void {
  if (fromInput && inputShape[2] === 3) return;
  throw new InvalidArgumentError({
    parameter: "preprocessing",
    value: preprocessing,
    message: `expected layers from the model's input [H, W, 3] on, got ${fromInput ? "" : "features "}[${inputShape}]; leave it out`,
  });
}

/** Emits the preprocessing of channels-last RGB pixels, 0 to 255. */
function emitPreprocessing(
  graph: GraphBuilder,
  pixels: LayerValue,
  preprocessing: PixelPreprocessing,
): LayerValue {
  graph.scope = "preprocessing";
  if (preprocessing === "rescale") {
    return { ...pixels, name: graph.op("Mul", [pixels.name, graph.scalar(1 / 255)]) };
  }
  const bgr = graph.op("Gather", [pixels.name, graph.integers([2, 1, 0])], { axis: { int: 3 } });
  const means = graph.floats("means", Float32Array.from(IMAGENET_MEANS_BGR), [3]);
  return { ...pixels, name: graph.op("Sub", [bgr, means]) };
}

/** A file keeps text alone. */
function checkMetadata(metadata: CompileInferenceOptions["metadata"]): void {
  for (const [name, value] of Object.entries(metadata ?? {})) {
    if (typeof value === "string") continue;
    throw new InvalidArgumentError({
      parameter: "metadata",
      value,
      message: `expected text as "${name}", got ${describeValue(value)}; turn it into text with JSON.stringify`,
    });
  }
}
