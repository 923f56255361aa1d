import type { Interval } from "../intervals/interval.js";

/** Decimals of a figure in text: more would claim a precision that no study of this size has. */
const DECIMALS = 3;

/** A figure as text with three decimals, such as `"0.935"`; NaN reads `"undefined"`. */
export function formatFigure(value: number): string {
  if (Number.isNaN(value)) return "undefined";
  return Number.isFinite(value) ? value.toFixed(DECIMALS) : value > 0 ? "∞" : "−∞";
}

/**
 * A figure with its interval as text, such as `"0.935 [0.786, 0.992]"`. An undefined figure reads `"undefined"`, one
 * without an interval stands alone.
 */
export function formatEstimate({
  value,
  low,
  high,
}: { readonly value: number } & Omit<Interval, "level">): string {
  const figure = formatFigure(value);
  if (Number.isNaN(value) || Number.isNaN(low) || Number.isNaN(high)) return figure;
  return `${figure} [${formatFigure(low)}, ${formatFigure(high)}]`;
}
