/**
 * `value` with a fixed number of decimals, as Python's `format(value, ".2f")` writes it.
 *
 * Number.prototype.toFixed differs in one case: of two equally near results it takes the larger, where Python
 * takes the one with an even last digit (0.125 is "0.13" to one and "0.12" to the other).
 *
 * @param value Number from 0 to 1, or NaN ("nan").
 * @param digits Integer from 0 to 50.
 */
export function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return "nan";
  // 100 decimals tell every tie from its neighbours in double precision as long as `digits` is at most 50.
  const expansion = value.toFixed(100);
  const point = expansion.length - 100;
  const tie = /^50*$/.test(expansion.slice(point + digits));
  const below = expansion.slice(0, digits === 0 ? point - 1 : point + digits);
  return tie && /[02468]$/.test(below) ? below : value.toFixed(digits);
}
