import type { Markish } from "@observablehq/plot";
import type { Plotting } from "../chart.js";
import { colour, type PaletteName } from "../palette.js";
import { createFrame, type Frame } from "./draw.js";
import { FONT_SIZE, isDefined, quantity, shorten, textWidth } from "./text.js";

/** A piece of text placed by pixels. */
export interface PlacedText {
  readonly x: number;
  readonly y: number;
  readonly text: string;
  readonly anchor?: "start" | "middle" | "end";
  readonly colour?: PaletteName;
  readonly bold?: boolean;
  readonly size?: number;
  readonly rotate?: number;
  /** Tooltip, where the text is shortened. */
  readonly title?: string;
}

/** Text centred vertically on its place, with a halo of the surface's colour unless it is on a shade. */
export function texts(
  { plot }: Plotting,
  frame: Frame,
  items: readonly PlacedText[],
  { halo = true }: { readonly halo?: boolean } = {},
): Markish[] {
  return items.map((item) =>
    plot.text([item], {
      x: () => frame.valueX(item.x),
      y: () => frame.valueY(item.y),
      text: () => item.text,
      textAnchor: item.anchor ?? "start",
      fill: colour(item.colour ?? "ink"),
      ...(halo ? { stroke: colour("surface"), strokeWidth: 3 } : {}),
      ...(item.bold ? { fontWeight: "bold" } : {}),
      ...(item.size ? { fontSize: item.size } : {}),
      ...(item.rotate ? { rotate: item.rotate } : {}),
      ...(item.title ? { title: () => item.title! } : {}),
    }),
  );
}

export interface Axis {
  /** Name of the quantity, with its unit where it has one; none draws no label. */
  readonly label?: string;
  readonly ticks: readonly number[];
}

/** Grid, tick labels and names of both axes; the y axis is named above its ticks, so that nothing is turned. */
export function axes(plotting: Plotting, frame: Frame, x: Axis | null, y: Axis | null): Markish[] {
  const { plot } = plotting;
  const marks: Markish[] = [];
  const ink = { color: colour("muted"), label: null, tickSize: 4, tickFormat: quantity };
  const line = { stroke: colour("grid"), strokeOpacity: 1 };
  if (x !== null) {
    marks.push(plot.gridX([...x.ticks], line), plot.axisX([...x.ticks], ink));
    if (x.label !== undefined) {
      const text = shorten(x.label, 300);
      marks.push(
        ...texts(plotting, frame, [
          {
            x: (frame.left + frame.right) / 2,
            y: frame.bottom + 32,
            text,
            anchor: "middle",
            colour: "muted",
          },
        ]),
      );
    }
  }
  if (y !== null) {
    marks.push(plot.gridY([...y.ticks], line), plot.axisY([...y.ticks], ink));
    if (y.label !== undefined) {
      marks.push(...texts(plotting, frame, [{ x: 6, y: 12, text: shorten(y.label, 360), colour: "muted" }]));
    }
  }
  return marks;
}

/** One entry of a key: a sample of the mark and its name. */
export interface KeyEntry {
  readonly text: string;
  readonly colour: PaletteName;
  readonly sample: "line" | "dashes" | "dots" | "square" | "circle" | "diamond" | "times";
}

/** A row of named samples, from the frame's left edge. */
export function key(plotting: Plotting, frame: Frame, y: number, entries: readonly KeyEntry[]): Markish[] {
  const { plot } = plotting;
  const from = Math.min(frame.left, 12);
  const room = (370 - from) / Math.max(1, entries.length);
  const marks: Markish[] = [];
  const full = entries.map((entry) => textWidth(entry.text) + 36);
  const fits = from + full.reduce((sum, width) => sum + width, 0) <= 380;
  let next = from;
  entries.forEach((entry, i) => {
    const x = next;
    const text = fits ? entry.text : shorten(entry.text, room - 34);
    const ends = [x, x + 20].map((pixel) => ({ x: frame.valueX(pixel), y: frame.valueY(y) }));
    const paint = colour(entry.colour);
    if (entry.sample === "line" || entry.sample === "dashes" || entry.sample === "dots") {
      const dash = DASHES[entry.sample];
      marks.push(plot.line(ends, { x: "x", y: "y", stroke: paint, strokeWidth: 2, ...dash }));
    } else {
      const place = { x: () => frame.valueX(x + 10), y: () => frame.valueY(y), symbol: entry.sample, r: 5 };
      const hollow = entry.sample === "diamond" || entry.sample === "times";
      marks.push(
        plot.dot(
          [entry],
          hollow
            ? { ...place, stroke: paint, strokeWidth: 2, fill: colour("surface") }
            : { ...place, fill: paint },
        ),
      );
    }
    marks.push(
      ...texts(plotting, frame, [
        { x: x + 25, y, text, colour: "ink", ...(text === entry.text ? {} : { title: entry.text }) },
      ]),
    );
    next += fits ? full[i]! : room;
  });
  return marks;
}

/** How a line is dashed, for whom colour is not enough. */
export const DASHES = {
  line: {},
  dashes: { strokeDasharray: "6 4" },
  dots: { strokeDasharray: "2 3" },
} as const;

/** Lines of text beside a point, on the side where they have room. */
export function beside(
  frame: Frame,
  point: { readonly x: number; readonly y: number },
  lines: readonly string[],
): PlacedText[] {
  const width = Math.max(...lines.map((line) => textWidth(line)));
  const [x, y] = [frame.pixelX(point.x), frame.pixelY(point.y)];
  const right = x + 12 + width <= 376;
  const below = y + 14 + lines.length * 15 <= frame.bottom;
  return lines.map((text, i) => ({
    x: right ? x + 10 : x - 10,
    y: below ? y + 16 + i * 15 : y - 16 - (lines.length - 1 - i) * 15,
    text,
    anchor: right ? "start" : "end",
  }));
}

export const UNIT_TICKS = [0, 0.25, 0.5, 0.75, 1] as const;

/** Round values within a domain, near `count` of them: steps of 1, 2 or 5 times a power of ten. */
export function niceTicks([low, high]: readonly [number, number], count: number): number[] {
  const rough = (high - low) / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  // The factor nearest by ratio.
  const excess = rough / power;
  const factor = excess >= Math.sqrt(50) ? 10 : excess >= Math.sqrt(10) ? 5 : excess >= Math.sqrt(2) ? 2 : 1;
  const step = factor * power;
  const ticks: number[] = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) {
    ticks.push(Number((i * step).toPrecision(12)) + 0);
  }
  return ticks;
}

/** Whole numbers within a domain, near `count` of them. */
export function wholeTicks([low, high]: readonly [number, number], count: number): number[] {
  const ticks = low < high ? niceTicks([low, high], count).filter(Number.isInteger) : [];
  return ticks.length > 0 ? ticks : [Math.round(low)];
}

/** Height of a line of text. */
export const LINE = FONT_SIZE + 4;

/** A point of a curve with what its tooltip says. */
export interface CurvePoint {
  readonly x: number;
  readonly y: number;
  readonly title: string;
}

/**
 * Square area from 0 to 1 on both axes, so that a diagonal is one.
 *
 * @param footer Pixels for a line below the axis.
 */
export function unitSquare(footer = 0): Frame {
  const margins = { top: 30, right: 26 + footer / 2, bottom: 46 + footer, left: 72 + footer / 2 };
  return createFrame(358, margins, [0, 1], [0, 1]);
}

export function unitAxes(plotting: Plotting, frame: Frame, x: string, y: string): Markish[] {
  return axes(plotting, frame, { label: x, ticks: UNIT_TICKS }, { label: y, ticks: UNIT_TICKS });
}

/** Line of chance or of perfect agreement. */
export function diagonal({ plot }: Plotting): Markish {
  const ends = [
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ];
  return plot.line(ends, {
    x: "x",
    y: "y",
    stroke: colour("muted"),
    strokeWidth: 1.5,
    strokeDasharray: "5 4",
  });
}

/** Lower and upper bounds over x, left out where one is undefined. */
export function band(
  { plot }: Plotting,
  x: readonly number[],
  low: readonly number[],
  high: readonly number[],
): Markish {
  const points = x
    .map((at, i) => ({ x: at, low: low[i]!, high: high[i]! }))
    .filter((point) => isDefined(point.x) && isDefined(point.low) && isDefined(point.high));
  return plot.areaY(points, { x: "x", y1: "low", y2: "high", fill: colour("accent"), fillOpacity: 0.2 });
}

/** Most tooltips of one curve; a longer one has them at every n-th point. */
const TARGETS = 300;

/** The line through points, with a place to hover at each of them. */
export function curve(
  { plot }: Plotting,
  points: readonly CurvePoint[],
  shape: "linear" | "step-before",
): Markish[] {
  const place = { x: "x", y: "y" } as const;
  const stride = Math.ceil(points.length / TARGETS);
  const targets = points.filter((_, i) => i % stride === 0);
  return [
    plot.line([...points], { ...place, curve: shape, stroke: colour("accent"), strokeWidth: 2.5 }),
    plot.dot(targets, { ...place, r: 5, fill: "none", stroke: "none", pointerEvents: "all", title: "title" }),
  ];
}

/** Where the threshold in use lies on a curve. */
export function operatingPoint({ plot }: Plotting, point: CurvePoint): Markish {
  return plot.dot([point], {
    x: "x",
    y: "y",
    symbol: "diamond",
    r: 7,
    fill: colour("ink"),
    stroke: colour("surface"),
    strokeWidth: 1.5,
    title: "title",
  });
}
