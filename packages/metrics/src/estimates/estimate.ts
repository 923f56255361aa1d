import { checkArguments } from "@covidxr/core/internal";
import type { Interval } from "../intervals/interval.js";

/** How an interval was made. */
export type IntervalMethod =
  | "Clopper–Pearson"
  | "DeLong"
  | "Newcombe"
  | "Simel"
  | "bootstrap BCa"
  | "bootstrap percentile";

/** A metric with its confidence interval. */
export interface Estimate extends Interval {
  /** The metric of the samples; NaN where it is undefined. */
  readonly value: number;
  /** How `low` and `high` were made; they are NaN where the metric or its interval is undefined, or every draw of a bootstrap is the same. */
  readonly method: IntervalMethod;
  /**
   * Interval from a bootstrap that draws whole groups (all images of a patient), where groups of more than one
   * sample were given: the samples of a group are alike, and an interval that treats them as independent is too
   * narrow. Null without such groups, or where every draw is the same.
   */
  readonly byGroup: Interval | null;
  /** Why the metric is undefined, or in too many resamples for an interval; null where neither is so. */
  readonly undefinedReason: string | null;
}

/** Decimals of a metric in text: more would suggest a precision that no study of this size has. */
const DECIMALS = 3;

/** A metric as text with three decimals, such as `"0.935"`; NaN reads `"undefined"`. */
export function formatMetric(value: number): string {
  checkArguments({ value }, { value: "number" });
  if (Number.isNaN(value)) return "undefined";
  return Number.isFinite(value) ? value.toFixed(DECIMALS) : value > 0 ? "∞" : "−∞";
}

/**
 * A metric with its interval as text, such as `"0.935 [0.786, 0.992]"`. An undefined metric reads `"undefined"`, one
 * without an interval is just its value.
 */
export function formatEstimate(estimate: { readonly value: number } & Omit<Interval, "level">): string {
  checkArguments({ estimate }, { estimate: "object" });
  const { value, low, high } = estimate;
  const text = formatMetric(value);
  if (Number.isNaN(value) || Number.isNaN(low) || Number.isNaN(high)) return text;
  return `${text} [${formatMetric(low)}, ${formatMetric(high)}]`;
}
