import type { Interval } from "../intervals/interval.js";
import { normalQuantile } from "./distributions/normal.js";

/** Normal interval around an estimate, cut to the range of the figure. NaN limits where a number is NaN. */
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
