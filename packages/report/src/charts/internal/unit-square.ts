import type { Markish } from "@observablehq/plot";
import type { Plotting } from "../plotting.js";
import { colour } from "./colour.js";
import { isDefined } from "./format.js";
import { createFrame, type Frame } from "./frame.js";
import { axes, UNIT_TICKS } from "./marks.js";

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

/** Where the threshold in use stands on a curve. */
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
