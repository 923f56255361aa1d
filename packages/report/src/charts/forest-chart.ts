import type { Markish } from "@observablehq/plot";
import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing, type Frame } from "./internal/draw.js";
import { axes, type KeyEntry, key, LINE, niceTicks, texts, UNIT_TICKS } from "./internal/marks.js";
import {
  counted,
  isDefined,
  listed,
  quantity,
  share,
  shorten,
  tableNumber,
  textWidth,
  withInterval,
} from "./internal/text.js";
import { colour, type PaletteName } from "./palette.js";

/** A value with the bounds of its interval; NaN or absent where undefined. */
export interface ForestEstimate {
  readonly value: number;
  readonly low?: number;
  readonly high?: number;
}

export interface ForestRow extends Partial<ForestEstimate> {
  readonly label: string;
  /** Name of one of the chart's series; the first one by default. */
  readonly series?: string;
  /** Short remark below the label, such as why the value is undefined. */
  readonly note?: string;
  /** Single estimates drawn small below the label in place of one value, such as the folds of a seed. */
  readonly marks?: readonly (ForestEstimate & { readonly label: string })[];
}

export interface ForestGroup {
  /** Heading of the group. */
  readonly title?: string;
  readonly rows: readonly ForestRow[];
  /** A value shaded behind all rows of the group, with its interval where it has one. */
  readonly band?: ForestEstimate & { readonly label: string };
}

/** Rows drawn alike: same colour, same shape. */
export interface ForestSeries {
  readonly name: string;
  readonly paint: PaletteName;
  readonly shape: "circle" | "diamond";
}

/** What {@link forestChart} draws. */
export interface ForestChartData {
  readonly id: string;
  readonly title: string;
  /** What the values are, such as "Proportion of images". */
  readonly axis: string;
  /** Range of the axis; widened where a value lies outside. @defaultValue [0, 1], or the range of the values */
  readonly domain?: readonly [number, number];
  readonly groups: readonly ForestGroup[];
  /** @defaultValue one, unnamed */
  readonly series?: readonly ForestSeries[];
  /** A value to compare with, drawn as a dotted line. */
  readonly reference?: { readonly value: number; readonly label: string };
  /** What a single mark is. @defaultValue "fold" */
  readonly mark?: string;
}

const PITCH = 38;
/** Pixels from the upper edge of a row to its interval. */
const INTERVAL = 26;
/** Pixels from an interval to both ends of what is drawn under it. */
const REACH = 10;
const HEADING = 26;
const DEFAULT_SERIES: ForestSeries = { name: "", paint: "accent", shape: "circle" };

interface PlacedRow {
  readonly group: ForestGroup;
  readonly row: ForestRow;
  readonly series: ForestSeries;
  /** Upper edge in pixels. */
  readonly y: number;
  /** Pixels of each mark. */
  readonly marks: readonly number[];
  readonly height: number;
}

/**
 * Forest plot: each row has its label, its value and interval in digits, and both as a point on a line; or the single
 * marks that it sums up. Groups may have a shaded band behind their rows. An undefined value keeps its row.
 */
export function forestChart(plotting: Plotting, data: ForestChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ axis: "string", domain: "numbers?", groups: "objects", series: "objects?" },
    ...{ reference: "object?", mark: "string?" },
  });
  const { id, title, axis, reference } = data;
  const groups = data.groups.filter(({ rows }) => rows.length > 0);
  const table = tableOf({ ...data, groups });
  if (groups.length === 0)
    return drawNothing(plotting, { id, title, reason: "There is no value to show.", table });

  const entries = keyEntries({ ...data, groups });
  const top = entries.length > 0 ? 30 : 8;
  const { headings, rows, bottom } = place({ ...data, groups }, top);
  const domain = domainOf({ ...data, groups });
  const frame = createFrame(bottom + 52, { top, right: 16, bottom: 46, left: 16 }, domain);
  const isUnit = domain[0] === 0 && domain[1] === 1;
  const ticks = isUnit ? UNIT_TICKS : niceTicks(domain, 4);
  const marks = axes(plotting, frame, { label: axis, ticks }, null);
  for (const { band, rows: own } of groups) {
    const pieces = rows.filter(({ row }) => own.includes(row)).flatMap(piecesOf);
    if (hasBand(band)) marks.push(...bandMarks(plotting, band, pieces));
  }
  if (reference && isDefined(reference.value)) {
    marks.push(
      verticals(plotting, rows.flatMap(piecesOf), reference.value, {
        stroke: colour("muted"),
        strokeWidth: 1.5,
        strokeDasharray: "2 3",
      }),
    );
  }
  marks.push(...key(plotting, frame, 12, entries), ...texts(plotting, frame, headings));
  for (const row of rows) marks.push(...rowMarks(plotting, frame, row, data.mark ?? "fold"));

  const parts = groups.flatMap(({ title: heading, rows: own, band }) => [
    ...(hasBand(band) ? [`${nameOf(heading, band.label)} ${estimateText(band)}`] : []),
    ...own.map(
      (row) =>
        `${nameOf(heading, row.label, row.series)}${row.marks ? ":" : ""} ${valueText(row, data.mark)}`,
    ),
  ]);
  const description = `${axis}: ${listed(parts)}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function place({ groups, series = [] }: ForestChartData, top: number) {
  const headings: Parameters<typeof texts>[2][number][] = [];
  const rows: PlacedRow[] = [];
  let y = top;
  for (const group of groups) {
    const { title: heading, band } = group;
    if (heading) {
      headings.push({ x: 16, y: y + 13, text: shorten(heading, 320), bold: true, title: heading });
      y += HEADING;
    }
    if (hasBand(band)) {
      const text = shorten(
        `${isDefined(band.low) ? "shaded" : "dashed"}: ${band.label} ${estimateText(band)}`,
        350,
      );
      headings.push({ x: 16, y: y + 5, text, colour: "published" });
      y += LINE + 2;
    }
    for (const row of group.rows) {
      const offset = row.note ? LINE - 1 : 0;
      const count = row.marks?.length ?? 0;
      const pitch = count > 12 ? 6 : 9;
      const marks = Array.from({ length: count }, (_, i) => y + offset + 24 + i * pitch);
      const height = offset + (row.marks ? 32 + count * pitch : isDrawn(row) ? PITCH : PITCH - 14);
      const own = series.find(({ name }) => name === row.series) ?? series[0] ?? DEFAULT_SERIES;
      rows.push({ group, row, series: own, y, marks, height });
      y += height;
    }
  }
  return { headings, rows, bottom: y };
}

function domainOf({ groups, domain, reference }: ForestChartData): [number, number] {
  const values = groups
    .flatMap(({ rows, band }) => [
      ...rows.flatMap((row) => [row, ...(row.marks ?? [])]),
      ...(band ? [band] : []),
    ])
    .flatMap(({ value, low, high }) => [value, low, high])
    .concat(reference?.value)
    .filter(isDefined);
  const unit = values.every((value) => value >= 0 && value <= 1);
  const wish = domain ?? (unit ? [0, 1] : []);
  const [low, high] = [Math.min(...values, ...wish), Math.max(...values, ...wish)];
  return low < high ? [low, high] : [low - 1, high + 1];
}

function keyEntries({ groups, series = [], reference }: ForestChartData): KeyEntry[] {
  const used = series.filter(({ name }) =>
    groups.some(({ rows }) => rows.some((row) => row.series === name)),
  );
  const named = used.length > 1 || reference ? used : [];
  return [
    ...named.map(({ name, paint, shape }): KeyEntry => ({ text: name, colour: paint, sample: shape })),
    ...(reference && isDefined(reference.value)
      ? [
          {
            text: `${reference.label} (${quantity(reference.value)})`,
            colour: "muted",
            sample: "dots",
          } as const,
        ]
      : []),
  ];
}

/** Where a band or a reference line shows under a row: in pieces, so that it strikes out no text. */
function piecesOf({ row, y, marks }: PlacedRow): [number, number][] {
  if (marks.length > 0) return [[marks[0]! - 6, marks.at(-1)! + 6]];
  if (!isDrawn(row)) return [];
  const line = y + intervalOffset(row);
  return [[line - REACH, line + REACH]];
}

function verticals(
  { plot }: Plotting,
  pieces: readonly [number, number][],
  value: number,
  style: { stroke: string; strokeWidth: number; strokeDasharray?: string; title?: () => string },
): Markish {
  return plot.ruleX([...pieces], {
    x: () => value,
    y1: ([from]: [number, number]) => from,
    y2: ([, to]: [number, number]) => to,
    ...style,
  });
}

function bandMarks(
  plotting: Plotting,
  band: NonNullable<ForestGroup["band"]>,
  pieces: readonly [number, number][],
): Markish[] {
  const { low, high } = band;
  const title = () => `${band.label} ${estimateText(band)}`;
  const stroke = { stroke: colour("published"), strokeWidth: 2, title };
  if (!isDefined(low) || !isDefined(high))
    return [verticals(plotting, pieces, band.value, { ...stroke, strokeDasharray: "5 4" })];
  return [
    plotting.plot.rect([...pieces], {
      x1: () => low,
      x2: () => high,
      y1: ([from]: [number, number]) => from,
      y2: ([, to]: [number, number]) => to,
      fill: colour("published"),
      fillOpacity: 0.25,
      title,
    }),
    verticals(plotting, pieces, band.value, stroke),
  ];
}

function rowMarks(plotting: Plotting, frame: Frame, placed: PlacedRow, mark: string): Markish[] {
  const { group, row, series, y, marks: places } = placed;
  const value = valueText(row, mark);
  const label = shorten(row.label, frame.right - frame.left - textWidth(value) - 10);
  const name = nameOf(group.title, row.label, row.series);
  const marks = texts(plotting, frame, [
    { x: frame.left, y: y + 9, text: label, ...(label === row.label ? {} : { title: row.label }) },
    {
      x: frame.right,
      y: y + 9,
      text: value,
      anchor: "end",
      colour: isDefined(row.value) ? "ink" : "muted",
    },
  ]);
  if (row.note) {
    const text = shorten(row.note, frame.right - frame.left);
    marks.push(...texts(plotting, frame, [{ x: 16, y: y + 24, text, colour: "muted", title: row.note }]));
  }
  const line = {
    y: y + intervalOffset(row),
    series,
    size: 5,
    title: [`${name}: ${value}`, row.note ?? []].flat().join("\n"),
  };
  marks.push(...estimateMarks(plotting, frame, row, line));
  row.marks?.forEach((single, i) => {
    const title = `${name}, ${single.label}: ${estimateText(single)}`;
    marks.push(...estimateMarks(plotting, frame, single, { y: places[i]!, series, size: 3, title }));
    if (isDefined(single.value)) return;
    marks.push(
      plotting.plot.dot([single], {
        x: () => frame.valueX(frame.left + 6),
        y: () => places[i]!,
        r: 3,
        symbol: "times",
        stroke: colour("error"),
        strokeWidth: 2,
        title: () => title,
      }),
    );
  });
  return marks;
}

function estimateMarks(
  { plot }: Plotting,
  frame: Frame,
  { value, low, high }: Partial<ForestEstimate>,
  place: { readonly y: number; readonly series: ForestSeries; readonly size: number; readonly title: string },
): Markish[] {
  const { y, series, size } = place;
  const paint = colour(series.paint);
  const title = () => place.title;
  const marks: Markish[] = [];
  if (isDefined(low) && isDefined(high)) {
    const strokeWidth = size / 2;
    marks.push(
      plot.ruleY([y], { x1: () => low, x2: () => high, y: () => y, stroke: paint, strokeWidth, title }),
    );
    if (size >= 5) {
      marks.push(
        plot.tickX([low, high], {
          x: (bound: number) => bound,
          stroke: paint,
          strokeWidth: 2,
          insetTop: y - size - frame.top,
          insetBottom: frame.bottom - y - size,
        }),
      );
    }
  }
  if (isDefined(value)) {
    const hollow = { r: size + 1, stroke: paint, strokeWidth: 2, fill: colour("surface") };
    marks.push(
      plot.dot([value], {
        x: (own: number) => own,
        y: () => y,
        symbol: series.shape,
        title,
        ...(series.shape === "diamond" ? hollow : { r: size, fill: paint }),
      }),
    );
  }
  return marks;
}

function tableOf({ groups, series = [] }: ForestChartData) {
  const hasSeries = series.length > 0;
  const cells = (
    group: ForestGroup,
    label: string,
    own: string,
    estimate: Partial<ForestEstimate>,
    note = "",
  ) => [
    group.title ?? "",
    label,
    ...(hasSeries ? [own] : []),
    tableNumber(estimate.value),
    tableNumber(estimate.low),
    tableNumber(estimate.high),
    note,
  ];
  return {
    columns: ["Group", "Row", ...(hasSeries ? ["Series"] : []), "Value", "Low", "High", "Note"],
    rows: groups.flatMap((group) => [
      ...group.rows.flatMap((row) =>
        row.marks
          ? row.marks.map((single) => cells(group, `${row.label}, ${single.label}`, row.series ?? "", single))
          : [cells(group, row.label, row.series ?? "", row, row.note)],
      ),
      ...(hasBand(group.band) ? [cells(group, group.band.label, "", group.band)] : []),
    ]),
  };
}

function hasBand(band: ForestGroup["band"]): band is NonNullable<ForestGroup["band"]> {
  return band !== undefined && isDefined(band.value);
}

function isDrawn({ value, low, high }: Partial<ForestEstimate>): boolean {
  return isDefined(value) || (isDefined(low) && isDefined(high));
}

function intervalOffset(row: ForestRow): number {
  return INTERVAL + (row.note ? LINE - 1 : 0);
}

function nameOf(heading = "", label = "", series = ""): string {
  return [heading, label, label.endsWith(series) ? "" : series].filter((part) => part !== "").join(", ");
}

function estimateText({ value, low, high }: Partial<ForestEstimate>): string {
  return withInterval(value, low, high);
}

/** A row's own value, or the range of its single marks. */
function valueText(row: ForestRow, mark = "fold"): string {
  if (!row.marks) return estimateText(row);
  const values = row.marks.map(({ value }) => value).filter(isDefined);
  const left = row.marks.length - values.length;
  const range = values.length > 0 ? `, ${share(Math.min(...values))} to ${share(Math.max(...values))}` : "";
  return `${counted(row.marks.length, mark)}${range}${left > 0 ? `, ${left} undefined` : ""}`;
}
