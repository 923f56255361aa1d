import type { Interval } from "../intervals/interval.js";

/** How an interval was made. */
export type IntervalMethod =
  | "Clopper–Pearson"
  | "DeLong"
  | "Newcombe"
  | "Simel"
  | "bootstrap BCa"
  | "bootstrap percentile";

/** A figure with the uncertainty that belongs to it. */
export interface Estimate extends Interval {
  /** The figure on the samples; NaN where it is undefined. */
  readonly value: number;
  /** How `low` and `high` were made; they are NaN where the figure or its interval is undefined, or every draw of a bootstrap gives the same. */
  readonly method: IntervalMethod;
  /**
   * Interval from a bootstrap that draws whole groups (all images of a patient), where groups of more than one
   * sample were given: the samples of one group are alike, so that an interval which takes them as independent is
   * too narrow. Null without such groups, or where every draw gives the same.
   */
  readonly byGroup: Interval | null;
  /** Why the figure is undefined; null where it is defined. */
  readonly undefinedReason: string | null;
}
