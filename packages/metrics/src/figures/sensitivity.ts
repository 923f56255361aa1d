import type { ConfusionMatrix } from "../internal/checks.js";
import type { UndefinedOptions } from "../internal/undefined-figures.js";
import { recall } from "./recall.js";

/**
 * The clinic's name for {@link recall}: share of the diseased that were found, TP / (TP + FN), in [0, 1].
 * Undefined when no sample is of the class.
 *
 * @param matrix Counts as {@link confusionMatrix} gives them.
 * @param classIndex Class to report against the rest. Defaults to 1 in a 2 × 2 matrix; with more classes it must
 *   be given.
 * @throws {InvalidArgumentError} as {@link recall} does.
 */
export function sensitivity(
  matrix: ConfusionMatrix,
  classIndex?: number,
  options: UndefinedOptions = {},
): number {
  return recall(matrix, classIndex, options);
}
