/** A colour for a light and for a dark page, as `#rrggbb`. */
export interface PaletteColour {
  readonly light: string;
  readonly dark: string;
}

/**
 * Colours of the charts by the name they have in them: `surface` is written `var(--surface)`.
 *
 * Every colour but `surface` and `grid` has a contrast of 4.5 : 1 or more to `surface` (WCAG 2.2, 1.4.3), so that it
 * can be a label's too; `grid` carries no information and stays faint. The hues follow Okabe and Ito, "Color universal
 * design" (2008), darkened or lightened for contrast. Charts never tell things apart by colour alone.
 */
export const PALETTE = {
  surface: { light: "#ffffff", dark: "#15191e" },
  ink: { light: "#1b1f24", dark: "#eceff2" },
  muted: { light: "#59626c", dark: "#a3adb8" },
  grid: { light: "#e1e5ea", dark: "#323941" },
  /** Class 1, COVID-19 in the study: vermilion. */
  positive: { light: "#b84a00", dark: "#ff8f4d" },
  /** Class 0: blue. */
  negative: { light: "#0068a8", dark: "#62b5f0" },
  /** Training images: bluish green. */
  train: { light: "#007a58", dark: "#2fc99a" },
  /** Images that training only watches: reddish purple. */
  validation: { light: "#9c3f7c", dark: "#e59ac8" },
  /** What the figure is about. */
  accent: { light: "#0068a8", dark: "#62b5f0" },
  /** Values of the published study: ochre. */
  published: { light: "#8a5a00", dark: "#e6b04a" },
  /** Wrong or left out. */
  error: { light: "#a3005f", dark: "#ff86c0" },
} as const satisfies Readonly<Record<string, PaletteColour>>;

/** Name of a colour of the charts. */
export type PaletteName = keyof typeof PALETTE;

/** A colour as charts write it; the page says what it is. */
export function colour(name: PaletteName): string {
  return `var(--${name})`;
}
