import { requireRange } from "../optimizers/require-range.js";
import type { LearningRateSchedule } from "./learning-rate-schedule.js";

/** Options of {@link cosineSchedule}. */
export interface CosineScheduleOptions {
  /** Factor that the run ends at, in [0, 1]. @defaultValue 0 */
  readonly finalFactor?: number;
}

/**
 * A rate that falls along half a cosine from 1 to `f = finalFactor`, step by step: `f + (1-f)·(1 + cos(π·t/T))/2` at
 * step `t` of `T` in the run (Loshchilov & Hutter 2017, SGDR, equation 5, without restarts). The last step, T-1, is
 * one short of `f`, as with PyTorch's `CosineAnnealingLR`; behind the run the factor stays `f`.
 *
 * @throws {InvalidArgumentError} on a final factor out of range.
 */
export function cosineSchedule({ finalFactor = 0 }: CosineScheduleOptions = {}): LearningRateSchedule {
  requireRange("finalFactor", finalFactor, 0, 1);
  return {
    description: { schedule: "cosine", finalFactor },
    factor({ step, stepsPerEpoch, epochs }) {
      const passed = Math.min(step / (stepsPerEpoch * epochs), 1);
      return finalFactor + ((1 - finalFactor) * (1 + Math.cos(Math.PI * passed))) / 2;
    },
  };
}
