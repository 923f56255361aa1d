import type { Chart } from "./chart.js";
import { PALETTE, type PaletteName } from "./palette.js";

/**
 * A chart as a file of its own: XML with light colours in place of the page's, on a background.
 *
 * @returns A document that begins with `<?xml`, in UTF-8, with a line break at its end.
 */
export function standaloneSvg(chart: Chart): string {
  const open = chart.svg.indexOf(">") + 1;
  const tag = chart.svg.slice(0, open);
  const namespace = /\sxmlns=/.test(tag) ? "" : ' xmlns="http://www.w3.org/2000/svg"';
  const background = `<rect width="100%" height="100%" fill="${PALETTE.surface.light}"/>`;
  const content = chart.svg.slice(open);
  // The title stays the first child, where SVG wants it.
  const headings = /^<title[^>]*>[^<]*<\/title><desc[^>]*>[^<]*<\/desc>/.exec(content)?.[0] ?? "";
  const body =
    tag.replace(/^<svg/, `<svg${namespace}`) + headings + background + content.slice(headings.length);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${withLightColours(body)}\n`;
}

/** Only tags hold colours; the same letters in a text stay what they are. */
function withLightColours(svg: string): string {
  return svg.replace(/<[^>]*>/g, (tag) =>
    tag.replace(/="var\(--([a-z]+)\)"/g, (attribute, name: string) =>
      name in PALETTE ? `="${PALETTE[name as PaletteName].light}"` : attribute,
    ),
  );
}
