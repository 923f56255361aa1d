import { InvalidArgumentError } from "@covidxr/core";

/** @throws {InvalidArgumentError} unless `minimum` <= `value` <= `maximum`. */
export function requireRange(parameter: string, value: number, minimum: number, maximum: number): void {
  if (value >= minimum && value <= maximum) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected a number from ${minimum} to ${maximum}, got ${value}`,
  });
}
