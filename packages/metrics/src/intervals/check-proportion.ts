import { InvalidArgumentError } from "@covidxr/core";

export function checkProportion(successes: number, trials: number): void {
  if (!Number.isSafeInteger(trials) || trials < 0) {
    throw new InvalidArgumentError({
      parameter: "trials",
      value: trials,
      message: `expected a count of 0 or more, got ${trials}; pass the number of samples`,
    });
  }
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw new InvalidArgumentError({
      parameter: "successes",
      value: successes,
      message: `expected a count from 0 to ${trials}, the number of trials, got ${successes}; pass counts, not a share`,
    });
  }
}
