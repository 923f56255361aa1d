/** Smallest p-value that is shown as a number; below it more digits say nothing. */
const SMALLEST = 0.001;

/** A p-value as text, such as `"p = 0.041"`, or `"p < 0.001"`; NaN reads `"p undefined"`. */
export function formatPValue(value: number): string {
  if (Number.isNaN(value)) return "p undefined";
  return value < SMALLEST ? `p < ${SMALLEST}` : `p = ${value.toFixed(3)}`;
}
