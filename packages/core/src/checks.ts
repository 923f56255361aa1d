import { InvalidArgumentError } from "./errors.js";
import { describeValue } from "./text.js";

/** Bounds of {@link checkInteger}, both included. */
export interface IntegerRange {
  /** @defaultValue -(2^53 - 1) */
  readonly min?: number;
  /** @defaultValue 2^53 - 1 */
  readonly max?: number;
}

/** Bounds of {@link checkNumber}; each is optional. */
export interface NumberRange {
  /** Lower bound, included. */
  readonly min?: number;
  /** Upper bound, included. */
  readonly max?: number;
  /** Lower bound, excluded. */
  readonly above?: number;
  /** Upper bound, excluded. */
  readonly below?: number;
}

/**
 * Asserts that a value is a safe integer within the range.
 * @throws {InvalidArgumentError}
 */
export function checkInteger(
  parameter: string,
  value: unknown,
  range: IntegerRange = {},
): asserts value is number {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = range;
  if (Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max) return;
  const bounded = {
    ...(min > Number.MIN_SAFE_INTEGER && { min }),
    ...(max < Number.MAX_SAFE_INTEGER && { max }),
  };
  refuse(parameter, value, `an integer${between(bounded, true)}`);
}

/**
 * Asserts that a value is a finite number within the range.
 * @throws {InvalidArgumentError}
 */
export function checkNumber(
  parameter: string,
  value: unknown,
  range: NumberRange = {},
): asserts value is number {
  const { min = -Infinity, max = Infinity, above = -Infinity, below = Infinity } = range;
  if (Number.isFinite(value)) {
    const number = value as number;
    if (number >= min && number <= max && number > above && number < below) return;
  }
  const limits = between(range, false);
  refuse(parameter, value, limits === "" ? "a finite number" : `a number${limits}`);
}

/**
 * Asserts that a value is a date, and a valid one.
 * @throws {InvalidArgumentError}
 */
export function checkDate(parameter: string, value: unknown): asserts value is Date {
  const isDate = Object.prototype.toString.call(value) === "[object Date]";
  if (isDate && !Number.isNaN((value as Date).getTime())) return;
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected a valid date, got ${isDate ? "an invalid one" : describeValue(value)}; pass new Date()`,
  });
}

function between({ min, max, above, below }: NumberRange, isInteger: boolean): string {
  const low = min ?? above;
  const high = max ?? below;
  if (low !== undefined && high !== undefined) {
    if (isInteger) return ` from ${low} to ${high}`;
    return ` in ${min === undefined ? "(" : "["}${low}, ${high}${max === undefined ? ")" : "]"}`;
  }
  if (low !== undefined) return min === undefined ? ` above ${low}` : ` of ${low} or more`;
  if (high !== undefined) return max === undefined ? ` below ${high}` : ` of ${high} or less`;
  return "";
}

function refuse(parameter: string, value: unknown, expected: string): never {
  throw new InvalidArgumentError({
    parameter,
    value,
    message: `expected ${expected}, got ${describeValue(value)}`,
  });
}
