import { InvalidArgumentError } from "@covidxr/core";
import type { Markish } from "@observablehq/plot";
import type { Chart, ChartTable } from "../chart.js";
import type { Plotting } from "../plotting.js";
import { colour } from "./colour.js";
import { CHART_WIDTH, createFrame, type Frame } from "./frame.js";
import { FONT_SIZE } from "./text-layout.js";

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
