import type { Provider } from "@covidxr/onnx";
import {
  adam,
  constantSchedule,
  cosineSchedule,
  type EngineName,
  type FeaturePrecision,
  type LearningRateSchedule,
  type Optimizer,
  sgd,
  stepSchedule,
  type TrainOptions,
  withWarmUp,
} from "@covidxr/training";

/** How a model is trained, and what computes it. */
export interface TrainingOptions {
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimizer: "sgd" | "adam";
  readonly learningRate: number;
  /** Of SGD. */
  readonly momentum: number;
  readonly nesterov: boolean;
  readonly weightDecay: number;
  readonly schedule: "constant" | "step" | "cosine";
  /** Epochs over which the learning rate rises at the start. */
  readonly warmUp: number;
  /** Of the step schedule: epochs between two drops, and what each multiplies the rate by. */
  readonly stepEvery: number;
  readonly stepFactor: number;
  readonly classWeights: "none" | "balanced";
  /** Largest norm of the gradient; undefined: not limited. */
  readonly clipNorm: number | undefined;
  /** Epochs without improvement after which training stops; undefined: never. */
  readonly earlyStopping: number | undefined;
  /** Share of the training images that early stopping watches. */
  readonly validationShare: number;
  /** Precision in which features are kept. */
  readonly featurePrecision: FeaturePrecision;
  readonly engine: EngineName;
  readonly providers: readonly Provider[];
}

/** What `train` is told about a run's optimiser, schedule and stopping. */
export function trainingSettings(options: TrainingOptions) {
  const { epochs, batchSize, classWeights, clipNorm, earlyStopping } = options;
  const schedule = scheduleOf(options);
  return {
    epochs,
    batchSize,
    optimizer: optimizerOf(options),
    ...(schedule && { schedule }),
    ...(classWeights === "balanced" && { classWeights }),
    ...(clipNorm !== undefined && { clip: { norm: clipNorm } }),
    ...(earlyStopping !== undefined && { earlyStopping: { patience: earlyStopping } }),
  } satisfies Partial<TrainOptions>;
}

function optimizerOf(options: TrainingOptions): Optimizer {
  const { learningRate, momentum, nesterov, weightDecay } = options;
  return options.optimizer === "adam"
    ? adam({ learningRate, weightDecay })
    : sgd({ learningRate, momentum, nesterov, weightDecay });
}

/** Undefined for a rate that stays the same, so that such a run can be prolonged. */
function scheduleOf(options: TrainingOptions): LearningRateSchedule | undefined {
  const { warmUp, stepEvery, stepFactor } = options;
  const schedules = {
    constant: constantSchedule,
    step: () => stepSchedule({ every: stepEvery, factor: stepFactor }),
    cosine: cosineSchedule,
  };
  if (options.schedule === "constant" && warmUp === 0) return undefined;
  const schedule = schedules[options.schedule]();
  return warmUp === 0 ? schedule : withWarmUp(schedule, { epochs: warmUp });
}
