/** Digits of a limit that are tried, one after the other, until the limits differ in what is written. */
const DIGITS = [3, 4, 5, 6, 8, 10, 17];

/** Ranges of a quantity, each with about a quarter of its values. */
export interface QuartileBands {
  /** Limits that part the bands, ascending; a value that equals a limit lies below it. Fewer than 3 where values repeat. */
  readonly limits: readonly number[];
  /** Names of the bands, one more than limits, such as `"up to 0.61 megapixels"`. */
  readonly names: readonly string[];
}

/**
 * Cuts a quantity at its quartiles (the inverse of the empirical distribution function, type 1 of Hyndman and Fan 1996).
 *
 * @param values Finite numbers; without one there is one band of all.
 * @param unit Behind each number, such as `"megapixels"`; may be empty.
 */
export function quartileBands(values: readonly number[], unit: string): QuartileBands {
  const sorted = Float64Array.from(values).sort();
  const quartiles = [1, 2, 3].map((quarter) => sorted[Math.ceil((quarter * sorted.length) / 4) - 1]!);
  // A limit with nothing above it parts nothing.
  const limits = [...new Set(quartiles)].filter((limit) => limit < sorted.at(-1)!);
  const written = DIGITS.map((digits) => limits.map((limit) => String(Number(limit.toPrecision(digits)))));
  const numbers = written.find((texts) => new Set(texts).size === texts.length)!;
  const behind = unit === "" ? "" : ` ${unit}`;
  const names = Array.from({ length: limits.length + 1 }, (_, band) => {
    if (limits.length === 0) return "any";
    if (band === 0) return `up to ${numbers[0]}${behind}`;
    if (band === limits.length) return `above ${numbers.at(-1)}${behind}`;
    return `${numbers[band - 1]} to ${numbers[band]}${behind}`;
  });
  return { limits, names };
}

/** Name of the band that a value lies in. */
export function bandOf(value: number, { limits, names }: QuartileBands): string {
  return names[limits.filter((limit) => limit < value).length]!;
}
