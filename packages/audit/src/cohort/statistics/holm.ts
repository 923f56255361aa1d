/**
 * P-values corrected for their number, so that the chance of any false alarm stays below the level (Holm, "A simple
 * sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6:65–70, 1979). Holds whatever the
 * tests depend on.
 *
 * @param pValues From 0 to 1; NaN, of a test that could not be made, does not count and stays NaN.
 * @returns In the same order, from 0 to 1, none below its own p-value.
 */
export function holm(pValues: readonly number[]): number[] {
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
