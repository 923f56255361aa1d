import { InvalidArgumentError } from "@covidxr/core";
import { checkArguments } from "@covidxr/core/internal";
import type { Markish, PlotOptions } from "@observablehq/plot";
import type { Chart, ChartTable, Plotting } from "../chart.js";
import { colour, PALETTE, type PaletteName } from "../palette.js";
import { FONT_SIZE } from "./text.js";

/** Width of every chart's view box: a phone's. Pages scale it. */
const CHART_WIDTH = 380;

export interface FrameMargins {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The area of a chart that data is drawn in, with its two linear scales. Pixels count from the top left corner. */
export interface Frame {
  /** Edges in pixels. */
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
  readonly height: number;
  readonly xDomain: readonly [number, number];
  readonly yDomain: readonly [number, number];
  /** Options for Plot. */
  readonly options: PlotOptions;
  pixelX(value: number): number;
  pixelY(value: number): number;
  /** The value at a pixel, so that a label can be placed by pixels. */
  valueX(pixel: number): number;
  valueY(pixel: number): number;
}

/**
 * @param y Values at the lower and at the upper edge; omitted, y is in pixels.
 */
export function createFrame(
  height: number,
  margins: FrameMargins,
  x: readonly [number, number],
  y?: readonly [number, number],
): Frame {
  const { top, left } = margins;
  const right = CHART_WIDTH - margins.right;
  const bottom = height - margins.bottom;
  const [x0, x1] = x;
  const [y0, y1] = y ?? [bottom, top];
  return {
    top,
    right,
    bottom,
    left,
    height,
    xDomain: [x0, x1],
    yDomain: [y0, y1],
    options: {
      width: CHART_WIDTH,
      height,
      marginTop: margins.top,
      marginRight: margins.right,
      marginBottom: margins.bottom,
      marginLeft: margins.left,
      x: { type: "linear", domain: [x0, x1], axis: null },
      y: { type: "linear", domain: [y0, y1], axis: null },
    },
    pixelX: (value) => left + ((value - x0) / (x1 - x0)) * (right - left),
    pixelY: (value) => bottom - ((value - y0) / (y1 - y0)) * (bottom - top),
    valueX: (pixel) => x0 + ((pixel - left) / (right - left)) * (x1 - x0),
    valueY: (pixel) => y0 + ((bottom - pixel) / (bottom - top)) * (y1 - y0),
  };
}

/** The part of an element's interface that is used here. */
interface DrawnElement {
  readonly localName: string;
  readonly attributes: Iterable<{ readonly name: string; readonly value: string }>;
  readonly firstChild: DrawnElement | null;
  readonly outerHTML: string;
  textContent: string;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  querySelectorAll(selector: string): Iterable<DrawnElement>;
  insertBefore(child: DrawnElement, before: DrawnElement | null): void;
  remove(): void;
}

export interface Drawing {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly table: ChartTable;
  readonly frame: Frame;
  readonly marks: readonly Markish[];
}

const GEOMETRY = new Set("d,transform,x,y,x1,x2,y1,y2,cx,cy,r,rx,ry,dx,dy,width,height,points".split(","));
/** What XML 1.0 (section 2.2) does not allow in a document, lone surrogates included. */
const NOT_XML = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;

/** Draws marks with Plot and makes of its element what {@link Chart} promises. */
export function drawChart({ plot, document }: Plotting, drawing: Drawing): Chart {
  const { id, title, description, table, frame, marks } = drawing;
  if (!/^[a-z][a-z0-9-]*$/.test(id)) {
    throw new InvalidArgumentError({
      parameter: "id",
      value: id,
      message: `expected lower-case letters, digits and hyphens, got "${id}"; it becomes a file name and an anchor`,
    });
  }
  const svg = plot.plot({
    ...frame.options,
    document,
    className: `chart-${id}`,
    marks: [...marks],
  }) as unknown as DrawnElement;

  // Plot's style sheet knows a white background only, and pages may forbid inline styles.
  for (const style of svg.querySelectorAll("style")) style.remove();
  const ids = new Map<string, string>();
  for (const element of svg.querySelectorAll("[id]")) {
    for (const { name, value } of element.attributes) {
      if (name === "id") ids.set(value, `${id}-chart-${element.localName}-${ids.size + 1}`);
    }
  }
  for (const element of svg.querySelectorAll("*")) tidy(element, ids);
  tidy(svg, ids);

  svg.setAttribute("font-size", String(FONT_SIZE));
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-labelledby", `${id}-chart-title ${id}-chart-description`);
  const heading = svg.firstChild;
  for (const [tag, name, text] of [
    ["title", "title", title],
    ["desc", "description", description],
  ] as const) {
    const element = document.createElementNS("http://www.w3.org/2000/svg", tag) as unknown as DrawnElement;
    element.setAttribute("id", `${id}-chart-${name}`);
    element.textContent = text;
    svg.insertBefore(element, heading);
  }
  return { id, title, description, table, svg: svg.outerHTML.replace(NOT_XML, "\ufffd") };
}

/** A chart of words: why there is nothing to draw. */
export function drawNothing(
  plotting: Plotting,
  drawing: {
    readonly id: string;
    readonly title: string;
    readonly reason: string;
    readonly table: ChartTable;
  },
): Chart {
  const { id, title, reason, table } = drawing;
  const frame = createFrame(280, { top: 20, right: 20, bottom: 20, left: 20 }, [0, 1], [0, 1]);
  const text = plotting.plot.text([reason], {
    x: () => 0.5,
    y: () => 0.5,
    fill: colour("muted"),
    lineWidth: (CHART_WIDTH - 60) / FONT_SIZE / 1.3,
    lineHeight: 1.4,
  });
  return drawChart(plotting, { id, title, description: reason, table, frame, marks: [text] });
}

/** Own colours and ids, coordinates without noise, and one accessible name for the whole. */
function tidy(element: DrawnElement, ids: ReadonlyMap<string, string>): void {
  for (const { name, value } of [...element.attributes]) {
    if (name.startsWith("aria-")) element.removeAttribute(name);
    else if (name === "id") element.setAttribute(name, ids.get(value)!);
    else if (value === "currentColor") element.setAttribute(name, colour("ink"));
    else if (GEOMETRY.has(name)) element.setAttribute(name, value.replace(NUMBER, toHundredths));
    else if (value.startsWith("url(#")) element.setAttribute(name, `url(#${ids.get(value.slice(5, -1))})`);
  }
}

const NUMBER = /-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/g;

function toHundredths(number: string): string {
  return String(Math.round(Number(number) * 100) / 100 + 0);
}

/**
 * A chart as a file of its own: XML with light colours in place of the page's, on a background.
 *
 * @returns A document that begins with `<?xml`, in UTF-8, with a line break at its end.
 */
export function standaloneSvg(chart: Chart): string {
  checkArguments({ chart }, { chart: "object" });
  checkArguments({ svg: chart.svg }, { svg: "string" });
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
