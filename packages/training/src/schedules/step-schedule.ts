import { requireInteger } from "../optimizers/require-integer.js";
import { requireRange } from "../optimizers/require-range.js";
import type { LearningRateSchedule } from "./learning-rate-schedule.js";

/** Options of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** Epochs from one fall to the next, 1 or more. */
  readonly every: number;
  /** What is left of the rate at each fall, in (0, 1]. */
  readonly factor: number;
}

/**
 * A rate that falls in steps: `factor^⌊epoch / every⌋` with the epoch counted from 0, as PyTorch's `StepLR`.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function stepSchedule({ every, factor }: StepScheduleOptions): LearningRateSchedule {
  requireInteger("every", every, 1);
  requireRange("factor", factor, Number.MIN_VALUE, 1);
  return {
    description: { schedule: "step", every, factor },
    factor: ({ step, stepsPerEpoch }) => factor ** Math.floor(Math.floor(step / stepsPerEpoch) / every),
  };
}
