import { InvalidArgumentError } from "@covidxr/core";

/** @throws {InvalidArgumentError} unless `minimum` <= `value` <= `maximum`. */
export function requireRange(parameter: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  // The ends of what a number can hold stand for "above 0" and "finite".
  const lower = minimum === Number.MIN_VALUE ? "a number above 0" : `a number of at least ${minimum}`;
  const upper = maximum >= Number.MAX_SAFE_INTEGER ? "" : ` and at most ${maximum}`;
  throw new InvalidArgumentError({ parameter, value, message: `expected ${lower}${upper}, got ${value}` });
}
