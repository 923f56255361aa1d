import type { OptionKinds } from "@covidxr/core/internal";
import type { LossName } from "@covidxr/onnx";
import type { TrainingEngine } from "../engine/engine.js";
import type { EpochFeatures, LabelledFeatures } from "../features/labelled-features.js";
import type { LeakagePolicy } from "../features/leakage.js";
import type { ClipOptions } from "../optimizers/clip-gradients.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { LearningRateSchedule } from "../optimizers/schedules.js";
import type { EarlyStoppingOptions } from "./early-stopping.js";

/** One line of a training history. */
export interface EpochRecord {
  /** 1-based. */
  readonly epoch: number;
  /**
   * Mean over the epoch's images of the loss that was minimised, with dropout, changing weights and the penalties of
   * regularisers (as Keras).
   */
  readonly loss: number;
  /** Share of training images named right at 0.5, of the same outputs. */
  readonly accuracy: number;
  /** Mean loss on the validation images at the end of the epoch, with penalties, without dropout; NaN without validation. */
  readonly validationLoss: number;
  /** Accuracy on the validation images; NaN without validation. */
  readonly validationAccuracy: number;
  /** Wall time of the epoch with its validation. */
  readonly seconds: number;
}

/** Progress of a training run within an epoch. */
export interface StepProgress {
  /** 1-based. */
  readonly epoch: number;
  readonly epochs: number;
  /** Finished steps of this epoch. */
  readonly step: number;
  readonly steps: number;
  /** Mean loss of this epoch so far. */
  readonly loss: number;
}

/** Where a run keeps what it needs to resume after its process died. */
export interface CheckpointOptions {
  /** Folder of this run alone; holds the latest two checkpoints. */
  readonly folder: string;
  /**
   * Names everything that the features were made from, such as a digest of images and preprocessing. The settings of
   * the training and the initial weights are added to it.
   */
  readonly key: string;
  /** Resumes from the latest whole checkpoint, where there is one; else the run starts over. */
  readonly resume: boolean;
}

/** What a resumed run restored. */
export interface Resumption {
  /** Epochs that were finished, in order. */
  readonly history: readonly EpochRecord[];
  /** Checkpoint files that were damaged and skipped; when all were, the run starts over. */
  readonly damaged: readonly string[];
}

/** Options of {@link train}. */
export interface TrainOptions {
  /** Features that stay the same, or those of augmented images. */
  readonly training: LabelledFeatures | EpochFeatures;
  /** Evaluated after each epoch, never trained on. @defaultValue none */
  readonly validation?: LabelledFeatures;
  /**
   * Whether validation images related to training images are refused before the first step: images of one file, image or
   * patient where both sets have origins, and features that are equal bit for bit in any case, unless training features are
   * made epoch by epoch. `"allow"` where that is deliberate, as in the repetition of a published split; the metrics are too
   * good then. It changes no bit of a run. @defaultValue "refuse"
   */
  readonly leakage?: LeakagePolicy;
  readonly epochs: number;
  /** Images a step; the last step of an epoch takes what is left. @defaultValue 64 */
  readonly batchSize?: number;
  /** Continues from its state; a run with checkpoints needs a new one. */
  readonly optimizer: Optimizer;
  /** Changes the optimiser's learning rate step by step. @defaultValue constant */
  readonly schedule?: LearningRateSchedule;
  /**
   * Must fit the model's head: `"binaryCrossentropy"` for sigmoid, `"categoricalCrossentropy"` for softmax.
   * @defaultValue the one that fits
   */
  readonly loss?: LossName;
  /**
   * Factor of the loss of each class' images, by class; `"balanced"` lets every class count alike (see
   * `balancedClassWeights`). @defaultValue 1 for all
   */
  readonly classWeights?: readonly number[] | "balanced";
  /** Limits gradients before each update. @defaultValue none */
  readonly clip?: ClipOptions;
  /**
   * Ends training when the metrics on `validation` no longer improve. Images that decide this are no test images:
   * metrics reported for them are too good. @defaultValue none
   */
  readonly earlyStopping?: EarlyStoppingOptions;
  /** Decides the order of images and the dropout masks. Safe integer, 0 or more. */
  readonly seed: number;
  /** Computes the steps; the caller disposes of it. @defaultValue onnxruntime for this call */
  readonly engine?: TrainingEngine;
  /** @defaultValue none: a run that dies is lost */
  readonly checkpoint?: CheckpointOptions;
  /** Called once before the first step of a run that resumes, or that starts over because every checkpoint was damaged. */
  readonly onResume?: (resumption: Resumption) => void | Promise<void>;
  /** Called after each batch. */
  readonly onStep?: (progress: StepProgress) => void;
  /** Awaited before the next epoch, so that a history can be written safely. */
  readonly onEpoch?: (record: EpochRecord) => void | Promise<void>;
  readonly signal?: AbortSignal;
  /** Milliseconds since any fixed moment. @defaultValue performance.now */
  readonly clock?: () => number;
}

/** How {@link TrainOptions} are written. */
export const TRAIN: OptionKinds<TrainOptions> = {
  training: "object",
  validation: "object?",
  leakage: ["refuse", "allow", undefined],
  epochs: "number",
  batchSize: "number?",
  // With a line of their own: the name or the function itself is a likely mistake.
  optimizer: "any",
  schedule: "any?",
  loss: ["binaryCrossentropy", "categoricalCrossentropy", undefined],
  classWeights: "any?",
  clip: "object?",
  earlyStopping: "object?",
  seed: "number",
  engine: "any?",
  checkpoint: "object?",
  onResume: "function?",
  onStep: "function?",
  onEpoch: "function?",
  signal: "object?",
  clock: "function?",
};

/** What a training run leaves besides the weights in the model. */
export interface TrainingResult {
  /** All epochs, with those before a resumption. */
  readonly history: readonly EpochRecord[];
  /** Epoch whose weights the model has: the last, or the best when early stopping restored it. */
  readonly epoch: number;
  /** Whether early stopping ended the run before its time. */
  readonly stoppedEarly: boolean;
  /** What computed the steps. */
  readonly engine: string;
}
