import { InvalidArgumentError } from "@covidxr/core";
import type { OptionKinds } from "@covidxr/core/internal";
import { normalQuantile } from "../math/normal.js";

/** A confidence interval; NaN for both limits where it is undefined. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Confidence level: the proportion of repeated studies whose interval covers the true value, in (0, 1). */
  readonly level: number;
}

/** Options of whatever has a confidence interval. */
export interface LevelOptions {
  /** Confidence level, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

export const LEVEL: OptionKinds<LevelOptions> = { level: "number?" };

/** Returns the confidence level, 0.95 by default, checked to be in (0, 1). */
export function checkLevel(options: LevelOptions): number {
  const level = options.level ?? 0.95;
  if (!(level > 0 && level < 1)) {
    throw new InvalidArgumentError({
      parameter: "level",
      value: level,
      message: `expected a number between 0 and 1, got ${level}; pass 0.95 for a 95 % interval`,
    });
  }
  return level;
}

/** Normal interval around an estimate, cut to the range of the metric. NaN limits where a number is NaN. */
export function normalInterval(
  estimate: number,
  standardError: number,
  level: number,
  [lowest, highest]: readonly [lowest: number, highest: number],
): Interval {
  const margin = -normalQuantile((1 - level) / 2) * standardError;
  return {
    low: Math.max(lowest, estimate - margin),
    high: Math.min(highest, estimate + margin),
    level,
  };
}
