import { checkArguments } from "@covidxr/core/internal";

/** Smallest p-value that is shown as a number; more digits below it say nothing. */
const SMALLEST = 0.001;

/** A p-value as text, such as `"p = 0.041"` or `"p < 0.001"`; NaN reads `"p undefined"`. */
export function formatPValue(value: number): string {
  checkArguments({ value }, { value: "number" });
  if (Number.isNaN(value)) return "p undefined";
  return value < SMALLEST ? `p < ${SMALLEST}` : `p = ${value.toFixed(3)}`;
}

/**
 * P-values adjusted for multiple testing, so that the probability of any false positive stays below the level (Holm, "A
 * simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6:65–70, 1979). Valid
 * under any dependence between the tests.
 *
 * @param pValues From 0 to 1. NaN, for a test that could not be made, is not counted and stays NaN.
 * @returns In the same order, from 0 to 1, none below its own p-value.
 */
export function holm(pValues: readonly number[]): number[] {
  checkArguments({ pValues }, { pValues: "numbers" });
  const order = [...pValues.keys()].filter((place) => !Number.isNaN(pValues[place]!));
  order.sort((a, b) => pValues[a]! - pValues[b]!);
  const adjusted = pValues.map(() => Number.NaN);
  let largest = 0;
  for (const [rank, place] of order.entries()) {
    largest = Math.max(largest, Math.min(1, (order.length - rank) * pValues[place]!));
    adjusted[place] = largest;
  }
  return adjusted;
}
