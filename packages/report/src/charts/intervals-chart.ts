import type { Markish } from "@observablehq/plot";
import type { Chart } from "./chart.js";
import { colour } from "./internal/colour.js";
import { drawChart, drawNothing } from "./internal/draw-chart.js";
import { isDefined, listed, share, tableNumber, withInterval } from "./internal/format.js";
import { createFrame, type Frame } from "./internal/frame.js";
import { axes, type KeyEntry, key, niceTicks, type PlacedText, texts, UNIT_TICKS } from "./internal/marks.js";
import { shorten, textWidth } from "./internal/text-layout.js";
import type { Plotting } from "./plotting.js";

export interface IntervalRow {
  readonly label: string;
  /** Heading that rows of the same group stand under. */
  readonly group?: string;
  /** Point estimate; NaN where it is undefined. */
  readonly value: number;
  /** Bounds of its interval; NaN where there is none. */
  readonly low: number;
  readonly high: number;
  /** Whether the value is the published study's, which is drawn in another shape. */
  readonly published?: boolean;
  /** Short remark under the label, such as why the value is undefined. */
  readonly note?: string;
}

export interface IntervalsChartData {
  readonly id: string;
  readonly title: string;
  /** What the values are, such as "share of images". */
  readonly axis: string;
  /** Range of the axis; widened where a value lies outside. @defaultValue [0, 1], or the values' own range */
  readonly domain?: readonly [number, number];
  readonly rows: readonly IntervalRow[];
  /** A value to compare with, drawn as a line of pieces. */
  readonly reference?: { readonly value: number; readonly label: string };
}

const PITCH = 38;
const NOTE = 15;
/** What a row without a point needs less. */
const POINTLESS = 14;
const HEADING = 26;

/**
 * Forest plot: one row each with its label, its value and interval in digits, and both as a point on a line.
 *
 * Rows of one group stand together, in the order in which groups first occur. An undefined value keeps its row.
 */
export function intervalsChart(plotting: Plotting, data: IntervalsChartData): Chart {
  const { id, title, rows, reference } = data;
  const table = {
    columns: ["Group", "Figure", "Value", "Low", "High", "Note"],
    rows: rows.map((row) => [
      row.group ?? "",
      row.label,
      tableNumber(row.value),
      tableNumber(row.low),
      tableNumber(row.high),
      [row.published ? "published" : "", row.note ?? ""].filter((part) => part !== "").join("; "),
    ]),
  };
  if (rows.length === 0)
    return drawNothing(plotting, { id, title, reason: "There is no value to show.", table });

  const mixed = rows.some((row) => row.published) && rows.some((row) => !row.published);
  const top = (mixed ? 30 : 8) + (reference ? 18 : 0);
  const places = place(rows, top);
  const bottom = places.bottom + 6;
  const domain = domainOf(data);
  const frame = createFrame(bottom + 46, { top, right: 16, bottom: 46, left: 16 }, domain);
  const isUnit = domain[0] === 0 && domain[1] === 1;
  const marks = axes(
    plotting,
    frame,
    { label: data.axis, ticks: isUnit ? UNIT_TICKS : niceTicks(domain, 4) },
    null,
  );
  if (reference && isDefined(reference.value)) {
    const lines = places.rows.filter(({ row }) => isDrawn(row)).map(({ row, y }) => y + lineOffset(row));
    marks.push(...referenceMarks(plotting, frame, reference, lines));
  }
  if (mixed) {
    const entries: KeyEntry[] = [
      { text: "this run", colour: "accent", sample: "circle" },
      { text: "published", colour: "published", sample: "diamond" },
    ];
    marks.push(...key(plotting, frame, 12, entries));
  }
  marks.push(...texts(plotting, frame, places.headings));
  for (const { row, y } of places.rows) marks.push(...rowMarks(plotting, frame, row, y));

  const parts = places.rows.map(({ row }) => `${fullLabel(row)} ${valueText(row)}`);
  const description = `${data.axis}, value and interval of ${parts.length === 1 ? "one row" : `${parts.length} rows`}: ${listed(parts)}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function place(rows: readonly IntervalRow[], top: number) {
  const headings: PlacedText[] = [];
  const placed: { row: IntervalRow; y: number }[] = [];
  let bottom = top;
  for (const group of new Set(rows.map((row) => row.group))) {
    if (group !== undefined && group !== "") {
      headings.push({ x: 16, y: bottom + 13, text: shorten(group, 320), bold: true, title: group });
      bottom += HEADING;
    }
    for (const row of rows.filter((candidate) => candidate.group === group)) {
      placed.push({ row, y: bottom });
      bottom += PITCH + (row.note ? NOTE : 0) - (isDrawn(row) ? 0 : POINTLESS);
    }
  }
  return { headings, rows: placed, bottom };
}

function domainOf({ rows, domain, reference }: IntervalsChartData): [number, number] {
  const values = rows.flatMap((row) => [row.value, row.low, row.high]).concat(reference?.value ?? []);
  const defined = values.filter(isDefined);
  const unit = defined.every((value) => value >= 0 && value <= 1);
  const wish = domain ?? (unit ? ([0, 1] as const) : ([] as const));
  const low = Math.min(...defined, ...wish);
  const high = Math.max(...defined, ...wish);
  return low < high ? [low, high] : [low - 1, high + 1];
}

function rowMarks(plotting: Plotting, frame: Frame, row: IntervalRow, y: number): Markish[] {
  const { plot } = plotting;
  const value = valueText(row);
  const room = frame.right - frame.left - textWidth(value) - 10;
  const label = shorten(row.label, room);
  const line = y + lineOffset(row);
  const name = row.published ? "published" : "accent";
  const paint = colour(name);
  const title = () => [`${fullLabel(row)}: ${value}`, row.note ?? []].flat().join("\n");
  const marks = texts(plotting, frame, [
    { x: frame.left, y: y + 9, text: label, ...(label === row.label ? {} : { title: row.label }) },
    { x: frame.right, y: y + 9, text: value, anchor: "end", colour: isDefined(row.value) ? "ink" : "muted" },
  ]);
  if (row.note) {
    const text = shorten(row.note, frame.right - frame.left);
    marks.push(
      ...texts(plotting, frame, [{ x: frame.left, y: y + 24, text, colour: "muted", title: row.note }]),
    );
  }
  if (hasInterval(row)) {
    marks.push(
      plot.ruleY([row], { x1: "low", x2: "high", y: () => line, stroke: paint, strokeWidth: 2.5, title }),
      plot.tickX([row.low, row.high], {
        x: (bound: number) => bound,
        stroke: paint,
        strokeWidth: 2,
        insetTop: line - 5 - frame.top,
        insetBottom: frame.bottom - line - 5,
      }),
    );
  }
  if (isDefined(row.value)) {
    const point = { x: "value", y: () => line, title } as const;
    marks.push(
      row.published
        ? plot.dot([row], {
            ...point,
            symbol: "diamond",
            r: 6,
            stroke: paint,
            strokeWidth: 2,
            fill: colour("surface"),
          })
        : plot.dot([row], { ...point, symbol: "circle", r: 5, fill: paint }),
    );
  }
  return marks;
}

function referenceMarks(
  plotting: Plotting,
  frame: Frame,
  reference: { readonly value: number; readonly label: string },
  lines: readonly number[],
): Markish[] {
  const text = shorten(`${reference.label} ${share(reference.value)}`, 300);
  const half = textWidth(text) / 2;
  const x = Math.min(Math.max(frame.pixelX(reference.value), 8 + half), 372 - half);
  return [
    // In pieces, so that it strikes out no label.
    plotting.plot.ruleX([...lines], {
      x: () => reference.value,
      y1: (line: number) => line - 10,
      y2: (line: number) => line + 10,
      stroke: colour("ink"),
      strokeWidth: 1.5,
    }),
    ...texts(plotting, frame, [{ x, y: frame.top - 9, text, anchor: "middle", title: reference.label }]),
  ];
}

function hasInterval(row: IntervalRow): boolean {
  return isDefined(row.low) && isDefined(row.high);
}

function isDrawn(row: IntervalRow): boolean {
  return isDefined(row.value) || hasInterval(row);
}

/** Pixels from a row's upper edge to its interval. */
function lineOffset(row: IntervalRow): number {
  return 26 + (row.note ? NOTE : 0);
}

function fullLabel(row: IntervalRow): string {
  return [row.group ?? "", row.label].filter((part) => part !== "").join(", ");
}

function valueText(row: IntervalRow): string {
  return withInterval(row.value, row.low, row.high);
}
