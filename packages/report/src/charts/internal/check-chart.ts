import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments, checkOptions, type OptionKinds } from "@covidxr/core/internal";
import type { Plotting } from "../chart.js";

/**
 * Checks what a chart is drawn with, and what it is to show.
 *
 * @throws {InvalidArgumentError} naming the field.
 */
export function checkChart<Data extends object>(
  plotting: Plotting,
  data: Data,
  kinds: OptionKinds<NoInfer<Data>>,
): void {
  checkArguments({ plotting }, { plotting: "object" });
  const { plot, document } = plotting;
  checkArguments({ plot, document }, { plot: "object", document: "object" });
  checkOptions(data, kinds, "data");
}

/** @throws {InvalidArgumentError} on another number of names than two: of class 0 and of class 1. */
export function checkTwoClasses(classes: readonly string[]): void {
  if (classes.length === 2) return;
  throw new InvalidArgumentError({
    parameter: "classes",
    value: classes,
    message: `expected the names of two classes, got ${classes.length}; name the negative and the positive one`,
  });
}
