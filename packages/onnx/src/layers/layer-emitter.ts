import type { GraphBuilder } from "../graph/graph-builder.js";
import type { LayerValue } from "../graph/layer-value.js";
import type { WeightInfo, WeightSource } from "../graph/weight-source.js";
import type { LayerSettings } from "./layer-settings.js";

/** One step of the chain: a layer without its activation, or an activation. */
export interface Step {
  /** Name of the layer that the step belongs to. */
  readonly layer: string;
  /** Class of the layer, such as `"Conv2D"`; `"Activation"` also for the activation of another layer. */
  readonly layerClass: string;
  /** The settings that the layer's kind declares as read, under Keras' names in camel case. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Shape of the input without the batch. */
  readonly inputShape: readonly number[];
  /** Shape of the output without the batch. */
  readonly outputShape: readonly number[];
  /** Kernel and bias, as far as the layer has them. */
  readonly weights: readonly WeightInfo[];
}

/**
 * How convolutions are computed: `direct` by the runtime's own operator; `winograd` by minimal filtering wherever the
 * form allows (3 × 3, one step), with a quarter of the products and rounding errors of 2e-6; `auto` where that pays.
 */
export type ConvolutionAlgorithm = "auto" | "direct" | "winograd";

/** What an emitter works with. */
export interface EmitContext {
  readonly graph: GraphBuilder;
  readonly weights: WeightSource;
  readonly convolution: ConvolutionAlgorithm;
  /** Whether backward passes will be emitted, so that forward passes keep what those need. */
  readonly gradients: boolean;
  /** Declares a dropout mask as an input; absent at inference, where dropout does nothing. */
  readonly dropoutMask?: (step: Step, rate: number) => string;
}

/** What the backward pass of a step is asked for. */
export interface BackwardNeeds {
  readonly input: boolean;
  readonly weights: boolean;
}

/** Gradients of the loss in a step's input and weights. */
export interface StepGradients {
  readonly input?: LayerValue;
  /** By weight name, in Keras' layout. */
  readonly weights?: ReadonlyMap<string, string>;
}

/** The forward pass of a step, with its backward pass to be emitted when wanted. */
export interface EmittedStep {
  readonly output: LayerValue;
  /** @param gradient Gradient of the loss in `output`, of the same shape, in any layout. */
  backward(gradient: LayerValue, needs: BackwardNeeds): StepGradients;
}

/** Emits one layer. */
export type LayerEmitter = (context: EmitContext, step: Step, input: LayerValue) => EmittedStep;

/** One kind of layer. */
export interface LayerKind {
  /** What becomes of each of its settings; those that are not listed are refused. */
  readonly settings: LayerSettings;
  readonly emit: LayerEmitter;
}
