import { InvalidArgumentError } from "@covidxr/core";
import type { UndefinedOptions } from "./undefined-figures.js";

export interface PredictiveValueOptions extends UndefinedOptions {
  /**
   * Share of the population that is of the class, in [0, 1]. Given, the value is computed by Bayes' theorem from
   * sensitivity and specificity, as it would be in a population of that prevalence.
   * @defaultValue the share among the samples
   */
  readonly prevalence?: number;
}

export function checkPrevalence(prevalence: number): number {
  if (!(prevalence >= 0 && prevalence <= 1)) {
    throw new InvalidArgumentError({
      parameter: "prevalence",
      value: prevalence,
      message: `expected a number from 0 to 1, got ${prevalence}; pass the share of the population that is of the class`,
    });
  }
  return prevalence;
}
