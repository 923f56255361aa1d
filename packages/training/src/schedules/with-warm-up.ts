import { InvalidArgumentError } from "@covidxr/core";
import { requireInteger } from "../optimizers/require-integer.js";
import { requireRange } from "../optimizers/require-range.js";
import type { LearningRateSchedule } from "./learning-rate-schedule.js";

/** Options of {@link withWarmUp}. */
export interface WarmUpOptions {
  /** Length of the warm-up, 1 or more; shorter than the run. */
  readonly epochs: number;
  /** Share of the rate at the first step, in [0, 1]. @defaultValue 1/3, that of PyTorch's `LinearLR` */
  readonly startFactor?: number;
}

/**
 * Lets the rate rise in a straight line, step by step, from `startFactor` to where `schedule` begins, and runs
 * `schedule` over the epochs that are left, as PyTorch's `SequentialLR` of a `LinearLR` and another does (the gradual
 * warm-up of Goyal et al. 2017, section 2.2). It spares trained weights the large first gradients of a new head.
 *
 * @throws {InvalidArgumentError} on a setting out of range; `factor` throws it for a run that is no longer than its
 * warm-up.
 */
export function withWarmUp(
  schedule: LearningRateSchedule,
  { epochs: warmUpEpochs, startFactor = 1 / 3 }: WarmUpOptions,
): LearningRateSchedule {
  requireInteger("epochs", warmUpEpochs, 1);
  requireRange("startFactor", startFactor, 0, 1);
  return {
    description: { ...schedule.description, warmUpEpochs, warmUpStartFactor: startFactor },
    factor({ step, stepsPerEpoch, epochs }) {
      if (epochs <= warmUpEpochs) {
        throw new InvalidArgumentError({
          parameter: "epochs",
          value: epochs,
          message:
            `expected a run longer than its warm-up of ${warmUpEpochs} epochs, got ${epochs} epochs; ` +
            "shorten the warm-up or train longer",
        });
      }
      const warmUpSteps = warmUpEpochs * stepsPerEpoch;
      const rest = (restStep: number) =>
        schedule.factor({ step: restStep, stepsPerEpoch, epochs: epochs - warmUpEpochs });
      if (step >= warmUpSteps) return rest(step - warmUpSteps);
      return (startFactor + ((1 - startFactor) * step) / warmUpSteps) * rest(0);
    },
  };
}
