import { InvalidArgumentError } from "@covidxr/core";

/** What a figure becomes where its denominator is zero. */
export interface UndefinedOptions {
  /**
   * Value given for an undefined figure: NaN, or a number of the figure's range, which is 0 to 1 where its
   * docstring names no other. scikit-learn prints 0 unless told otherwise (`zero_division`); a 0 that means "not
   * measured" is easily read as "always wrong".
   * @defaultValue NaN
   */
  readonly whenUndefined?: number;
}

/** Checks `whenUndefined` against the range of the figure, ends included. */
export function undefinedValue(
  options: UndefinedOptions,
  [low, high]: readonly [low: number, high: number] = [0, 1],
): number {
  const value = options.whenUndefined ?? Number.NaN;
  if (!Number.isNaN(value) && !(value >= low && value <= high)) {
    throw new InvalidArgumentError({
      parameter: "whenUndefined",
      value,
      message: `expected NaN or a number from ${low} to ${high}, got ${value}; pass a value that the figure can take`,
    });
  }
  return value;
}

export function ratio(numerator: number, denominator: number, whenUndefined: number): number {
  return denominator === 0 ? whenUndefined : numerator / denominator;
}
