import { InvalidArgumentError } from "@covidxr/core";
import { compareCodePoints } from "../tables/compare-code-points.js";

/** A class or group: all numbers, or all strings. */
export type ClassName = string | number;

/** Classes in order (numbers ascending, strings by code point) and each item's place in it: NumPy's `unique`. */
export function encodeClasses(
  parameter: string,
  names: readonly ClassName[],
): { classes: ClassName[]; codes: number[] } {
  const type = typeof names[0];
  for (const name of names) {
    if (typeof name !== type || (typeof name !== "string" && !Number.isFinite(name))) {
      throw new InvalidArgumentError({
        parameter,
        value: name,
        message: `expected all strings or all finite numbers, got ${String(name)} (${typeof name})`,
      });
    }
  }
  const classes = [...new Set(names)].sort((a, b) =>
    typeof a === "number" && typeof b === "number" ? a - b : compareCodePoints(String(a), String(b)),
  );
  const codeOf = new Map(classes.map((name, code) => [name, code]));
  return { classes, codes: names.map((name) => codeOf.get(name)!) };
}
