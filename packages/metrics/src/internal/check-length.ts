import { InvalidArgumentError } from "@covidxr/core";

/** Checks that there is one value for each of `size` samples. */
export function checkLength(values: ArrayLike<unknown>, parameter: string, size: number): void {
  if (values.length !== size) {
    throw new InvalidArgumentError({
      parameter,
      value: values.length,
      message: `expected ${size} values, one for each sample, got ${values.length}; pass them in the order of the samples`,
    });
  }
}
