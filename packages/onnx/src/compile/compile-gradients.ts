import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions } from "@covidxr/core/internal";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { GraphBuilder } from "../graph/graph-builder.js";
import { graphInput, type LayerValue } from "../graph/layer-value.js";
import { constantWeights, inputWeights, type WeightInfo } from "../graph/weight-source.js";
import type { ConvolutionAlgorithm, EmitContext, EmittedStep } from "../layers/layer-emitter.js";
import { kindOf } from "../layers/registry.js";
import { LOSSES, type LossName, type Targets } from "./losses.js";
import { type LayerRange, modelSteps, RANGE, type StepChain } from "./model-steps.js";
import { emitPenalties, emitPenaltyGradient } from "./penalties.js";

/** Options of {@link compileGradients}. */
export interface CompileGradientsOptions extends LayerRange {
  readonly loss: LossName;
  /** @defaultValue "auto" */
  readonly convolution?: ConvolutionAlgorithm;
  /**
   * How the caller stores a batch of images: spatial-first `[H, W, N, C]` spares a copy where the first layer is a
   * Winograd convolution. Inputs `[N, features]` have no other form. @defaultValue "channels-last"
   */
  readonly inputLayout?: "channels-last" | "spatial-first";
  /**
   * Adds an input `sampleWeights`, `[N, 1]`: factors of the rows' losses. The loss stays their sum divided by N, as
   * in Keras. @defaultValue false
   */
  readonly sampleWeights?: boolean;
  /**
   * Whether weights that do not train are constants of the graph, or inputs that each call provides.
   * @defaultValue "constants"
   */
  readonly frozenWeights?: "constants" | "inputs";
}

/** A dropout mask that each call provides. */
export interface DropoutMask {
  /** Name of the input: `layer/mask`. */
  readonly name: string;
  /** Shape without the batch; values 0 for dropped units and 1/(1-rate) for kept ones. */
  readonly shape: readonly number[];
  /** Share of units to drop, in (0, 1). */
  readonly rate: number;
}

/** A graph of one training step without the update of the weights. */
export interface GradientGraph {
  /** The `.onnx` file. */
  readonly bytes: Uint8Array;
  /** `input`: float32, any N, stored as `layout` says; `shape` is one image's, `[H, W, C]` or `[features]`. */
  readonly input: {
    readonly name: "input";
    readonly shape: readonly number[];
    readonly layout: LayerValue["layout"];
  };
  /** `labels`: float32 `[N, units]`: 0 or 1, or one-hot rows. */
  readonly labels: { readonly name: "labels"; readonly shape: readonly number[] };
  /** Inputs that carry the dropout masks. */
  readonly masks: readonly DropoutMask[];
  /** Inputs that carry the trainable weights, in Keras' names and layout. */
  readonly weights: readonly WeightInfo[];
  /** Inputs that carry the other weights; empty when they are constants. */
  readonly frozenWeights: readonly WeightInfo[];
  /** Outputs: `loss` (scalar), `output` (`[N, units]`), and `gradient:NAME` for each trainable weight. */
  readonly gradientOf: (weight: string) => string;
}

const gradientOf = (weight: string): string => `gradient:${weight}`;

/**
 * Compiles the training step of a LayersModel, or of the layers `from` … `to` of it: forward, loss, and the
 * gradient of the loss in every trainable weight (those of layers whose `trainable` is set). The loss includes the
 * penalties of regularisers on trainable weights, as in Keras 3. Other weights are constants of the graph. Layers before
 * the first trainable one get no backward pass. Constraints are for the caller to apply after each update.
 *
 * @throws {UnsupportedLayerError} naming the first layer that cannot be compiled and what could.
 * @throws {InvalidArgumentError} when nothing is trainable or the output is not `[N, units]`.
 *
 * @example
 * ```ts
 * import "@tensorflow/tfjs-backend-cpu";
 * import { compileGradients } from "@covidxr/onnx";
 * import { layers, sequential } from "@tensorflow/tfjs-layers";
 *
 * const model = sequential();
 * model.add(layers.globalAveragePooling2d({ inputShape: [8, 8, 3] }));
 * model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
 * const { weights, gradientOf } = compileGradients(model, { loss: "binaryCrossentropy" });
 * console.log(weights.map(({ name }) => name)); // [ 'output/kernel', 'output/bias' ]
 * gradientOf("output/kernel"); // 'gradient:output/kernel'
 * ```
 */
export function compileGradients(model: LayersModel, options: CompileGradientsOptions): GradientGraph {
  checkArguments({ model }, { model: "model" });
  checkOptions(options, {
    ...RANGE,
    loss: ["binaryCrossentropy", "categoricalCrossentropy"],
    convolution: ["auto", "direct", "winograd", undefined],
    inputLayout: ["channels-last", "spatial-first", undefined],
    sampleWeights: "boolean?",
    frozenWeights: ["constants", "inputs", undefined],
  });
  const chain = modelSteps(model, options, true);
  requireTrainable(chain);
  const graph = new GraphBuilder();
  const masks: DropoutMask[] = [];
  const weights: WeightInfo[] = [];
  const frozenWeights: WeightInfo[] = [];
  const inputs = inputWeights((info) => weights.push(info));
  const frozen =
    options.frozenWeights === "inputs"
      ? inputWeights((info) => frozenWeights.push(info))
      : constantWeights(chain.values);
  const sourceOf = (info: WeightInfo) => (chain.trainable.has(info.name) ? inputs : frozen);
  const context: EmitContext = {
    graph,
    gradients: true,
    convolution: options.convolution ?? "auto",
    weights: {
      weight: (builder, info) => sourceOf(info).weight(builder, info),
      kernelOihw: (builder, info) => sourceOf(info).kernelOihw(builder, info),
    },
    dropoutMask(step, rate) {
      const name = graph.input(`${step.layer}/mask`, ["N", ...step.inputShape]);
      masks.push({ name, shape: step.inputShape, rate });
      return name;
    },
  };

  let value = graphInput(graph, chain.inputShape, options.inputLayout);
  const { layout } = value;
  const labels = graph.input("labels", ["N", ...chain.outputShape]);
  const targets: Targets = options.sampleWeights
    ? { labels, sampleWeights: graph.input("sampleWeights", ["N", 1]) }
    : { labels };
  const values = [value];
  const emitted: EmittedStep[] = [];
  for (const step of chain.steps) {
    graph.scope = step.layer;
    const result = kindOf(step).emit(context, step, value);
    emitted.push(result);
    value = result.output;
    values.push(value);
  }

  graph.scope = "loss";
  const loss = LOSSES[options.loss];
  const lastStep = chain.steps.at(-1)!;
  const fused = lastStep.layerClass === "Activation" && lastStep.config.activation === loss.fusedActivation;
  const { loss: lossName, gradient: first } = fused
    ? loss.fromLogits(graph, values.at(-2)!.name, value.name, targets)
    : loss.fromOutputs(graph, value.name, targets);
  graph.output("loss", emitPenalties(graph, lossName, weights), []);
  graph.output("output", value.name, ["N", ...chain.outputShape]);

  let gradient: LayerValue = { ...value, name: first };
  const hasTrainable = chain.steps.map((step) => step.weights.some((w) => chain.trainable.has(w.name)));
  for (let i = emitted.length - (fused ? 2 : 1); i >= 0; i--) {
    const step = chain.steps[i]!;
    graph.scope = `${step.layer}/gradient`;
    const needsInput = hasTrainable.slice(0, i).includes(true);
    const result = emitted[i]!.backward(gradient, { input: needsInput, weights: hasTrainable[i]! });
    for (const info of step.weights) {
      const name = result.weights?.get(info.name);
      if (name !== undefined && chain.trainable.has(info.name)) {
        graph.output(gradientOf(info.name), emitPenaltyGradient(graph, name, info), info.shape);
      }
    }
    if (!needsInput) break;
    gradient = result.input!;
  }
  return {
    bytes: graph.encode(model.name),
    input: { name: "input", shape: chain.inputShape, layout },
    labels: { name: "labels", shape: chain.outputShape },
    masks,
    weights,
    frozenWeights,
    gradientOf,
  };
}

function requireTrainable(chain: StepChain): void {
  if (chain.trainable.size === 0) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: [...new Set(chain.steps.map((step) => step.layer))],
      message: "expected a trainable weight, got none; set `trainable` of the layers to train",
    });
  }
  if (chain.outputShape.length !== 1) {
    throw new InvalidArgumentError({
      parameter: "model",
      value: chain.outputShape,
      message: `expected an output of shape [N, units], got [N, ${chain.outputShape.join(", ")}]`,
    });
  }
}
