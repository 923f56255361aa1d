import { InvalidArgumentError } from "@covidxr/core";

/** A confidence interval; NaN for both limits where it is undefined. */
export interface Interval {
  readonly low: number;
  readonly high: number;
  /** Share of repeated studies whose interval holds the true value, in (0, 1), such as 0.95. */
  readonly level: number;
}

/** How sure an interval is. */
export interface LevelOptions {
  /** Confidence level, in (0, 1). @defaultValue 0.95 */
  readonly level?: number;
}

/** Gives back the confidence level, 0.95 unless told otherwise, checked to be in (0, 1). */
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
