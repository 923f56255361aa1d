import { InvalidArgumentError } from "@covidxr/core";

/** What a figure becomes where its denominator is zero. */
export interface UndefinedOptions {
  /**
   * Value given for an undefined figure: NaN, or a number from 0 to 1. scikit-learn prints 0 unless told
   * otherwise (`zero_division`); a 0 that means "not measured" is easily read as "always wrong".
   * @defaultValue NaN
   */
  readonly whenUndefined?: number;
}

export function undefinedValue(options: UndefinedOptions): number {
  const value = options.whenUndefined ?? Number.NaN;
  if (!Number.isNaN(value) && !(value >= 0 && value <= 1)) {
    throw new InvalidArgumentError({
      parameter: "whenUndefined",
      value,
      message: `expected NaN or a number from 0 to 1, got ${value}`,
    });
  }
  return value;
}

export function ratio(numerator: number, denominator: number, whenUndefined: number): number {
  return denominator === 0 ? whenUndefined : numerator / denominator;
}
