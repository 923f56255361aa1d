import { InvalidArgumentError } from "@covidxr/core";
import { checkInteger, checkOptions, describeValue } from "@covidxr/core/internal";
import { normalQuantile } from "../math/normal.js";
import { checkLevel, type Interval, LEVEL, type LevelOptions } from "./interval.js";

/** Halvings of [0, 1] after which two limits are the same double. */
const HALVINGS = 60;

/**
 * Confidence interval of an area under the ROC curve that has a width where DeLong's has none: at an area of 1 or 0
 * its far limit still depends on the number of samples. Each limit is the area whose own standard error, by Hanley and
 * McNeil's variance with both class sizes at their mean, puts the observed area z standard errors away
 * (Newcombe 2006, "Confidence intervals for an effect size measure based on the Mann–Whitney statistic", part 2,
 * method 5).
 *
 * @param auc Area in [0, 1].
 * @param positives Samples of class 1, 1 or more.
 * @param negatives Samples of class 0, 1 or more.
 * @throws {InvalidArgumentError} on a value out of its range.
 */
export function newcombeAucInterval(
  auc: number,
  positives: number,
  negatives: number,
  options: LevelOptions = {},
): Interval {
  checkOptions(options, LEVEL);
  const level = checkLevel(options);
  if (typeof auc !== "number" || !(auc >= 0 && auc <= 1)) {
    throw new InvalidArgumentError({
      parameter: "auc",
      value: auc,
      message: `expected an area from 0 to 1, got ${describeValue(auc)}; an undefined area has no interval`,
    });
  }
  checkInteger("positives", positives, { min: 1 });
  checkInteger("negatives", negatives, { min: 1 });
  const z = normalQuantile((1 + level) / 2);
  const others = (positives + negatives) / 2 - 1;
  const standardError = (area: number): number =>
    Math.sqrt(
      (area * (1 - area) * (1 + (others * (1 - area)) / (2 - area) + (others * area) / (1 + area))) /
        (positives * negatives),
    );
  const inside = (area: number): boolean => Math.abs(auc - area) <= z * standardError(area);
  return { low: limit(auc, 0, inside), high: limit(auc, 1, inside), level };
}

/** The last area on the way from `from` to `end` that is still inside. */
function limit(from: number, end: number, inside: (area: number) => boolean): number {
  let within = from;
  let beyond = end;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (within + beyond) / 2;
    if (inside(middle)) within = middle;
    else beyond = middle;
  }
  return within;
}
