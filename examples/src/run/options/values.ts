import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";

/** A path as the user meant it, from where the user stands, also when a package manager started the program. */
export const path = (value: string): string => resolve(process.env.INIT_CWD ?? process.cwd(), filled(value));

/** Any text but none, which an unset variable of a shell leaves. */
export function filled(value: string): string {
  if (value.trim() !== "") return value;
  throw new InvalidArgumentError("expected a value, got an empty one");
}

/** A whole number of `minimum` or more. */
export const whole = (minimum: number) => (value: string) => {
  const number = Number(value);
  if (value.trim() !== "" && Number.isSafeInteger(number) && number >= minimum) return number;
  throw new InvalidArgumentError(`expected a whole number of ${minimum} or more`);
};

/** Whole numbers of `minimum` or more with commas between them, each once. */
export const wholeList = (minimum: number) => (value: string) => {
  const numbers = value.split(",").map(whole(minimum));
  if (new Set(numbers).size === numbers.length) return numbers;
  throw new InvalidArgumentError("expected each number once");
};

/** A number from 0 to 1. */
export const share = (value: string): number => {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && number <= 1) return number;
  throw new InvalidArgumentError("expected a number from 0 to 1");
};

/** A finite number above 0. */
export const positive = (value: string): number => {
  const number = Number(value);
  if (number > 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("expected a number above 0");
};

/** A finite number of 0 or more. */
export const notNegative = (value: string): number => {
  const number = Number(value);
  if (value.trim() !== "" && number >= 0 && Number.isFinite(number)) return number;
  throw new InvalidArgumentError("expected a number of 0 or more");
};

/** Some of `choices` with commas between them. */
export const listOf =
  <T extends string>(choices: readonly T[]) =>
  (value: string): readonly T[] => {
    const items = value.split(",");
    const wrong = items.find((item) => !choices.includes(item as T));
    if (wrong === undefined) return items as T[];
    throw new InvalidArgumentError(`expected some of ${choices.join(", ")}, got "${wrong}"`);
  };
