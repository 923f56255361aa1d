import { InvalidArgumentError } from "@covidxr/core";

/** Gives back the number of resamples, 2000 unless told otherwise, checked to be an integer of 2 or more. */
export function checkResamples(resamples = 2000): number {
  if (!Number.isInteger(resamples) || resamples < 2 || resamples > 2 ** 32) {
    throw new InvalidArgumentError({
      parameter: "resamples",
      value: resamples,
      message: `expected an integer of 2 or more, got ${resamples}; pass 2000`,
    });
  }
  return resamples;
}
