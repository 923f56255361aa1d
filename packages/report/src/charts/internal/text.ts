/** Size of all text in a chart in units of its view box, unless a mark says otherwise. */
export const FONT_SIZE = 12;

/**
 * Width that a text takes at most in common system fonts, by classes of letters: there is nothing to measure with
 * where no browser is. DejaVu Sans, the widest of them, set the values.
 */
export function textWidth(text: string, fontSize = FONT_SIZE): number {
  let ems = 0;
  for (const character of text) {
    if (/[\u1100-\uffff\u{10000}-\u{10ffff}]/u.test(character) && !/[\u2000-\u2fff]/u.test(character))
      ems += 1;
    else if (/[iljI.,:;'|!()[\] ft]/.test(character)) ems += 0.38;
    else if (/[mwMW%@—…]/.test(character)) ems += 0.95;
    else if (/[A-Z+=<>~−×]/.test(character)) ems += 0.75;
    else ems += 0.62;
  }
  return ems * fontSize;
}

/** The text, or its beginning and an ellipsis where it is wider than `width`. */
export function shorten(text: string, width: number, fontSize = FONT_SIZE): string {
  const line = text.replace(/\s+/g, " ").trim();
  if (textWidth(line, fontSize) <= width) return line;
  const characters = Array.from(line);
  while (characters.length > 0 && textWidth(`${characters.join("")}…`, fontSize) > width) characters.pop();
  return `${characters.join("").trimEnd()}…`;
}

/** The text in lines of at most `width`, broken between words; the last of `lines` is shortened. */
export function wrap(text: string, width: number, lines: number, fontSize = FONT_SIZE): string[] {
  const words = text.replace(/\s+/g, " ").trim().split(" ");
  const wrapped: string[] = [];
  while (words.length > 0 && wrapped.length < lines - 1) {
    let line = words.shift()!;
    while (words.length > 0 && textWidth(`${line} ${words[0]}`, fontSize) <= width)
      line += ` ${words.shift()}`;
    wrapped.push(shorten(line, width, fontSize));
  }
  if (words.length > 0) wrapped.push(shorten(words.join(" "), width, fontSize));
  return wrapped;
}

/**
 * Moves label positions apart until neighbours are `gap` or more from each other, in their order, within
 * [`from`, `to`] where they have room.
 */
export function spread(positions: readonly number[], gap: number, from: number, to: number): number[] {
  const order = positions.map((_, i) => i).sort((a, b) => positions[a]! - positions[b]! || a - b);
  const moved = [...positions];
  let free = from;
  for (const i of order) {
    moved[i] = Math.max(moved[i]!, free);
    free = moved[i]! + gap;
  }
  let limit = to;
  for (const i of order.reverse()) {
    moved[i] = Math.min(moved[i]!, limit);
    limit = moved[i]! - gap;
  }
  return moved;
}

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
