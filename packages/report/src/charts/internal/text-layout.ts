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
