import type { LabelledFeatures } from "../loop/labelled-features.js";

/** Some of the images, in the order of `rows`. */
export function gatherRows(
  { values, labels, origins }: LabelledFeatures,
  rows: readonly number[],
): LabelledFeatures {
  return {
    values: rows.map((row) => values[row]!),
    labels: rows.map((row) => labels[row]!),
    ...(origins && { origins: rows.map((row) => origins[row]!) }),
  };
}
