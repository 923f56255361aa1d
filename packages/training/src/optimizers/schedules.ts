import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkInteger, checkNumber, checkOptions } from "@covidxr/core/internal";

/** A place in a training run. */
export interface ScheduleStep {
  /** 0-based over the whole run. */
  readonly step: number;
  readonly stepsPerEpoch: number;
  /** Length of the run; a stopped and resumed run names the whole length, too. */
  readonly epochs: number;
}

/** How the learning rate changes along a run. It remembers nothing: a place alone decides, so runs can resume. */
export interface LearningRateSchedule {
  /** Name and settings, for reports. */
  readonly description: Readonly<Record<string, number | string>>;
  /** Times the optimiser's learning rate at that step; the SDK's own schedules stay in [0, 1]. */
  factor(at: ScheduleStep): number;
}

/** The optimiser's learning rate at every step. */
export function constantSchedule(): LearningRateSchedule {
  return { description: { schedule: "constant" }, factor: () => 1 };
}

/** Options of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** Factor that the run ends at, in [0, 1]. @defaultValue 0 */
  readonly finalFactor?: number;
}

/**
 * A rate that falls along half a cosine from 1 to `f = finalFactor`, step by step: `f + (1-f)·(1 + cos(π·t/T))/2` at
 * step `t` of `T` in the run (Loshchilov & Hutter 2017, SGDR, equation 5, without restarts). The last step, T-1, is
 * one short of `f`, as with PyTorch's `CosineAnnealingLR`; after the run the factor stays `f`.
 *
 * @throws {InvalidArgumentError} on a final factor out of range.
 */
export function cosineSchedule(options: CosineScheduleOptions = {}): LearningRateSchedule {
  checkOptions(options, { finalFactor: "number?" });
  const { finalFactor = 0 } = options;
  checkNumber("finalFactor", finalFactor, { min: 0, max: 1 });
  return {
    description: { schedule: "cosine", finalFactor },
    factor({ step, stepsPerEpoch, epochs }) {
      const passed = Math.min(step / (stepsPerEpoch * epochs), 1);
      return finalFactor + ((1 - finalFactor) * (1 + Math.cos(Math.PI * passed))) / 2;
    },
  };
}

/** Options of {@link stepSchedule}. */
export interface StepScheduleOptions {
  /** Epochs between two reductions, 1 or more. */
  readonly every: number;
  /** Factor of the rate at each reduction, in (0, 1]. */
  readonly factor: number;
}

/**
 * A rate that falls in steps: `factor^⌊epoch / every⌋` with the epoch counted from 0, as PyTorch's `StepLR`.
 *
 * @throws {InvalidArgumentError} on a setting out of range.
 */
export function stepSchedule(options: StepScheduleOptions): LearningRateSchedule {
  checkOptions(options, { every: "number", factor: "number" });
  const { every, factor } = options;
  checkInteger("every", every, { min: 1 });
  checkNumber("factor", factor, { above: 0, max: 1 });
  return {
    description: { schedule: "step", every, factor },
    factor: ({ step, stepsPerEpoch }) => factor ** Math.floor(Math.floor(step / stepsPerEpoch) / every),
  };
}

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
 * warm-up of Goyal et al. 2017, section 2.2). It protects trained weights from the large first gradients of a new head.
 *
 * @throws {InvalidArgumentError} on a setting out of range; `factor` throws it for a run that is no longer than its
 * warm-up.
 */
export function withWarmUp(schedule: LearningRateSchedule, options: WarmUpOptions): LearningRateSchedule {
  checkArguments({ schedule }, { schedule: "object" });
  checkArguments({ "schedule.factor": schedule.factor }, { "schedule.factor": "function" });
  checkOptions(options, { epochs: "number", startFactor: "number?" });
  const { epochs: warmUpEpochs, startFactor = 1 / 3 } = options;
  checkInteger("epochs", warmUpEpochs, { min: 1 });
  checkNumber("startFactor", startFactor, { min: 0, max: 1 });
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
