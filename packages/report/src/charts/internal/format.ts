export function isDefined(value: number | null | undefined): value is number {
  return Number.isFinite(value);
}

/** Three decimals, or "undefined". */
export function share(value: number | null | undefined): string {
  if (!isDefined(value)) return "undefined";
  const text = value.toFixed(3);
  return text === "-0.000" ? "0.000" : text;
}

/** `0.900 [0.735, 0.979]`; without bounds the value alone. */
export function withInterval(
  value: number | null | undefined,
  low: number | null | undefined,
  high: number | null | undefined,
): string {
  if (!isDefined(value) || !isDefined(low) || !isDefined(high)) return share(value);
  return `${share(value)} [${share(low)}, ${share(high)}]`;
}

/** At most four significant digits and no floating-point noise, or "undefined". */
export function quantity(value: number | null | undefined): string {
  if (!isDefined(value)) return "undefined";
  const rounded = Number(value.toPrecision(4));
  return Number.isInteger(value) ? String(value) : String(rounded);
}

/** A number for a table: without floating-point noise; "undefined" where there is none. */
export function tableNumber(value: number | null | undefined): number | string {
  if (value === Number.POSITIVE_INFINITY) return "∞";
  if (!isDefined(value)) return "undefined";
  return Math.abs(value) < 0.001 ? Number(value.toPrecision(3)) : Number(value.toFixed(4));
}

/** `1 image`, `2 images`. */
export function counted(count: number, noun: string): string {
  return `${quantity(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** The first `limit` parts of a description, and how many are left to the table. */
export function listed(parts: readonly string[], limit = 12): string {
  const shown = parts.slice(0, limit).join("; ");
  return parts.length <= limit ? `${shown}.` : `${shown}; and ${parts.length - limit} more in the table.`;
}
