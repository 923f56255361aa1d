/** A number with its noun, such as `"1 image"` or `"3 patients"`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** A share as text: `"58 %"`, below ten percent `"2.4 %"`; NaN reads `"an undefined share"`. */
export function percent(share: number): string {
  if (Number.isNaN(share)) return "an undefined share";
  const value = 100 * share;
  return `${value >= 9.95 || value === 0 ? value.toFixed(0) : value.toFixed(1)} %`;
}

/** Words in a row: `"a"`, `"a and b"`, `"a, b and c"`. */
export function enumerate(words: readonly string[]): string {
  if (words.length < 2) return words.join("");
  return `${words.slice(0, -1).join(", ")} and ${words.at(-1)}`;
}

/** The same text with a capital at its start. */
export function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
