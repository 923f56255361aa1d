import { InvalidArgumentError } from "@covidxr/core";

/** @throws {InvalidArgumentError} unless `value` is a safe integer of at least `minimum`. */
export function requireInteger(parameter: string, value: number, minimum: number): void {
  if (Number.isSafeInteger(value) && value >= minimum) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected an integer of at least ${minimum}, got ${value}`,
  });
}
