import {
  adam,
  constantSchedule,
  cosineSchedule,
  type LearningRateSchedule,
  type Optimizer,
  sgd,
  stepSchedule,
  type TrainOptions,
  withWarmUp,
} from "@covidxr/training";
import type { TrainingOptions } from "../run/options/training-options.js";

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
