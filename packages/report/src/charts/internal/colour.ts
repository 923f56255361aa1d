import type { PaletteName } from "../palette.js";

/** A colour as charts write it; the page says what it is. */
export function colour(name: PaletteName): string {
  return `var(--${name})`;
}
