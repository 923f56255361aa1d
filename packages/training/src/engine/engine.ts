import type { LossName, TensorData } from "@covidxr/onnx";
import type { DropoutMask, WeightInfo } from "@covidxr/onnx/internal";
import type { FeatureArray } from "../features/feature-array.js";

/** Weights of a model by Keras' name (`layer/kernel`, `layer/bias`), in Keras' layout. */
export type Weights = ReadonlyMap<string, TensorData>;

/** One batch for a training step. */
export interface Batch {
  /** Features of each of the N images, of the engine's feature shape, channels last. */
  readonly features: readonly FeatureArray[];
  /** `[N, units]`: 0 or 1, or one-hot rows. */
  readonly labels: TensorData;
  /** Dropout masks by name, `[N, ...shape]`. */
  readonly masks: Readonly<Record<string, TensorData>>;
  /**
   * Factor of each image's loss, N values; the batch's loss stays the sum divided by N, as in Keras.
   * @defaultValue 1 for all
   */
  readonly sampleWeights?: Float32Array;
}

/** What a training step gives before the optimiser acts. */
export interface StepResult {
  /** Mean over the batch, plus the penalties of regularisers. */
  readonly loss: number;
  /** `[N, units]`, with dropout applied. */
  readonly outputs: Float32Array;
  /** By weight name; each as long as its weight. */
  readonly gradients: ReadonlyMap<string, Float32Array>;
}

/** The part of a model that an engine computes. */
export interface EngineTail {
  /** Its first layer. */
  readonly from: string;
  /** SHA-256 of its layers: their names, settings, shapes and penalties, and which weights train. */
  readonly digest: string;
}

/**
 * Computes outputs and gradients of the part of a model that trains. It holds no weights: they come with every
 * call, so that one seed gives one result whatever ran before. Runs may share an engine one after the other; a call
 * that begins while another is under way is refused.
 */
export interface TrainingEngine {
  /** What runs, for reports, such as `"onnxruntime-node 1.30.0 (cpu)"`. */
  readonly description: string;
  /** Shape of one image's features, channels last. */
  readonly featureShape: readonly number[];
  /** The layers that it was made for; a model with others is refused. @defaultValue unknown, and not checked */
  readonly tail?: EngineTail;
  /** The loss that it minimises. */
  readonly loss: LossName;
  /** Units of the output. */
  readonly units: number;
  readonly weights: readonly WeightInfo[];
  readonly masks: readonly DropoutMask[];
  /** The result's arrays are valid until the next call. */
  gradients(weights: Weights, batch: Batch): Promise<StepResult>;
  /** Outputs `[N, units]` without dropout. */
  outputs(weights: Weights, features: readonly FeatureArray[]): Promise<Float32Array>;
  /** Frees what the engine holds; it cannot be used afterwards. */
  dispose(): Promise<void>;
}
