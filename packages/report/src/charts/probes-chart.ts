import type { Markish } from "@observablehq/plot";
import type { Chart } from "./chart.js";
import { colour } from "./internal/colour.js";
import { drawChart, drawNothing } from "./internal/draw-chart.js";
import { isDefined, listed, tableNumber, withInterval } from "./internal/format.js";
import { createFrame, type Frame } from "./internal/frame.js";
import { axes, type KeyEntry, key, niceTicks, type PlacedText, texts, UNIT_TICKS } from "./internal/marks.js";
import { shorten, textWidth } from "./internal/text-layout.js";
import type { PaletteName } from "./palette.js";
import type { Plotting } from "./plotting.js";

/** An area under the ROC curve with its interval; NaN where it is undefined. */
export interface ProbeArea {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface ProbeRow {
  readonly title: string;
  /** What the probe predicts; only probes of the label stand beside the model. */
  readonly target: "label" | "source";
  readonly outOfFold: ProbeArea;
  /** Null where no images were held out. */
  readonly heldOut: ProbeArea | null;
}

export interface ProbesChartData {
  readonly id: string;
  readonly title: string;
  readonly probes: readonly ProbeRow[];
  /** The model's own area; null where there is none to compare with. */
  readonly model: ProbeArea | null;
}

const PITCH = 44;
/** Pixels from a row's upper edge to its interval. */
const LINE_OFFSET = 26;
/** Pixels from an interval to the upper and the lower edge of what stands behind it. */
const REACH = 10;
/** What the held-out images add to a row. */
const HELD_OUT = 36;
const HEADING = 26;
const CHANCE = 0.5;

const GROUPS = [
  { target: "label", heading: "Probes of the label" },
  { target: "source", heading: "Probes of the source" },
] as const;

/** How the images of a row are drawn. */
const SERIES = {
  outOfFold: { text: "out of fold", colour: "accent", symbol: "circle" },
  heldOut: { text: "held out", colour: "validation", symbol: "diamond" },
} as const satisfies Record<string, { text: string; colour: PaletteName; symbol: string }>;

interface PlacedProbe {
  readonly probe: ProbeRow;
  readonly y: number;
}

/**
 * One row for each probe: its area under the ROC curve out of fold and, below it, on the held-out images, both with
 * their intervals. The model's own interval is a band behind the probes of the label, and 0.5 is a dotted line.
 */
export function probesChart(plotting: Plotting, data: ProbesChartData): Chart {
  const { id, title, probes, model } = data;
  const table = {
    columns: [
      "Probe",
      "Of",
      "Out of fold",
      "Out of fold, low",
      "Out of fold, high",
      "Held out",
      "Held out, low",
      "Held out, high",
    ],
    rows: [
      ...probes.map((probe) => [
        probe.title,
        probe.target,
        ...areaCells(probe.outOfFold),
        ...(probe.heldOut === null ? ["", "", ""] : areaCells(probe.heldOut)),
      ]),
      ...(model === null ? [] : [["the model", "label", "", "", "", ...areaCells(model)]]),
    ],
  };
  if (probes.length === 0) return drawNothing(plotting, { id, title, reason: "There is no probe.", table });

  const hasModel = model !== null && isDefined(model.value);
  const top = hasModel ? 52 : 32;
  const places = place(probes, top);
  const domain = domainOf(data);
  const frame = createFrame(places.bottom + 52, { top, right: 16, bottom: 46, left: 16 }, domain);
  const isUnit = domain[0] === 0 && domain[1] === 1;
  const ticks = isUnit ? UNIT_TICKS : niceTicks(domain, 4);
  const marks = axes(plotting, frame, { label: "Area under the ROC curve, with intervals", ticks }, null);
  const ofLabel = places.probes.filter(({ probe }) => probe.target === "label");
  if (hasModel && ofLabel.length > 0) marks.push(...modelMarks(plotting, frame, model, ofLabel));
  marks.push(...chanceMarks(plotting, places.probes));
  marks.push(...key(plotting, frame, 12, keyEntries(probes)));
  marks.push(...texts(plotting, frame, places.headings));
  for (const placed of places.probes) marks.push(...probeMarks(plotting, frame, placed));

  const parts = places.probes.map(({ probe }) => probeText(probe));
  const beside = hasModel ? ` The model has ${areaText(model)}.` : "";
  const description = `Area under the ROC curve of ${parts.length === 1 ? "one probe" : `${parts.length} probes`}; 0.5 is chance.${beside} Out of fold: ${listed(parts)}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function place(probes: readonly ProbeRow[], top: number) {
  const headings: PlacedText[] = [];
  const placed: PlacedProbe[] = [];
  let bottom = top;
  for (const { target, heading } of GROUPS) {
    const own = probes.filter((probe) => probe.target === target);
    if (own.length === 0) continue;
    headings.push({ x: 16, y: bottom + 13, text: heading, bold: true });
    bottom += HEADING;
    for (const probe of own) {
      placed.push({ probe, y: bottom });
      bottom += heightOf(probe);
    }
  }
  return { headings, probes: placed, bottom };
}

function heightOf({ heldOut }: ProbeRow): number {
  return PITCH + (heldOut === null ? 0 : HELD_OUT);
}

function domainOf({ probes, model }: ProbesChartData): [number, number] {
  const values = [...probes.flatMap(({ outOfFold, heldOut }) => [outOfFold, heldOut]), model]
    .flatMap((area) => (area === null ? [] : [area.value, area.low, area.high]))
    .filter(isDefined);
  return [Math.min(0, ...values), Math.max(1, ...values)];
}

function keyEntries(probes: readonly ProbeRow[]): KeyEntry[] {
  const drawn = probes.some(({ heldOut }) => heldOut !== null)
    ? [SERIES.outOfFold, SERIES.heldOut]
    : [SERIES.outOfFold];
  return [
    ...drawn.map(({ text, colour: name, symbol }) => ({ text, colour: name, sample: symbol })),
    { text: "chance (0.5)", colour: "muted", sample: "dots" },
  ];
}

/** The model's interval as a band with its value as a line: in pieces, so that they strike out no text. */
function modelMarks(
  plotting: Plotting,
  frame: Frame,
  model: ProbeArea,
  rows: readonly PlacedProbe[],
): Markish[] {
  const { plot } = plotting;
  const title = () => `the model: ${areaText(model)}`;
  const lines = rows.flatMap(linesOf);
  const piece = { y1: (line: number) => line - REACH, y2: (line: number) => line + REACH, title };
  const text = shorten(`shaded: the model’s ${areaText(model)}`, 350);
  return [
    ...(isDefined(model.low) && isDefined(model.high)
      ? [
          plot.rect(lines, {
            ...piece,
            x1: () => model.low,
            x2: () => model.high,
            fill: colour("published"),
            fillOpacity: 0.25,
          }),
        ]
      : []),
    plot.ruleX(lines, { ...piece, x: () => model.value, stroke: colour("published"), strokeWidth: 2 }),
    ...texts(plotting, frame, [{ x: 12, y: 32, text, colour: "published" }]),
  ];
}

/** 0.5 behind each interval, in pieces as well. */
function chanceMarks({ plot }: Plotting, rows: readonly PlacedProbe[]): Markish[] {
  return [
    plot.ruleX(rows.flatMap(linesOf), {
      x: () => CHANCE,
      y1: (line: number) => line - REACH,
      y2: (line: number) => line + REACH,
      stroke: colour("muted"),
      strokeWidth: 1.5,
      strokeDasharray: "2 3",
    }),
  ];
}

/** Where a row's intervals stand, in pixels; an undefined one stands nowhere. */
function linesOf({ probe, y }: PlacedProbe): number[] {
  const { outOfFold, heldOut } = probe;
  return [
    ...(isDefined(outOfFold.value) ? [y + LINE_OFFSET] : []),
    ...(heldOut !== null && isDefined(heldOut.value) ? [y + LINE_OFFSET + HELD_OUT] : []),
  ];
}

function probeMarks(plotting: Plotting, frame: Frame, { probe, y }: PlacedProbe): Markish[] {
  const { title, outOfFold, heldOut } = probe;
  const room = frame.right - frame.left - textWidth(areaText(outOfFold)) - 10;
  const label = shorten(title, room);
  const rows = [
    { series: SERIES.outOfFold, area: outOfFold, y, label, ...(label === title ? {} : { title }) },
    ...(heldOut === null
      ? []
      : [{ series: SERIES.heldOut, area: heldOut, y: y + HELD_OUT, label: SERIES.heldOut.text }]),
  ];
  return rows.flatMap(({ series, area, y: top, ...text }) => [
    ...areaMarks(plotting, frame, { area, y: top + LINE_OFFSET, title, series }),
    ...texts(plotting, frame, [
      {
        x: frame.left,
        y: top + 9,
        text: text.label,
        colour: top === y ? "ink" : "muted",
        ...("title" in text ? { title } : {}),
      },
      {
        x: frame.right,
        y: top + 9,
        text: areaText(area),
        anchor: "end",
        colour: isDefined(area.value) && top === y ? "ink" : "muted",
      },
    ]),
  ]);
}

function areaMarks(
  { plot }: Plotting,
  frame: Frame,
  mark: {
    readonly area: ProbeArea;
    readonly y: number;
    readonly title: string;
    readonly series: (typeof SERIES)[keyof typeof SERIES];
  },
): Markish[] {
  const { area, y, series } = mark;
  const paint = colour(series.colour);
  const title = () => `${mark.title}, ${series.text}: ${areaText(area)}`;
  const marks: Markish[] = [];
  if (isDefined(area.low) && isDefined(area.high)) {
    marks.push(
      plot.ruleY([area], { x1: "low", x2: "high", y: () => y, stroke: paint, strokeWidth: 2.5, title }),
      plot.tickX([area.low, area.high], {
        x: (bound: number) => bound,
        stroke: paint,
        strokeWidth: 2,
        insetTop: y - 5 - frame.top,
        insetBottom: frame.bottom - y - 5,
      }),
    );
  }
  if (isDefined(area.value)) {
    const point = { x: "value", y: () => y, symbol: series.symbol, title } as const;
    marks.push(
      plot.dot(
        [area],
        series.symbol === "diamond"
          ? { ...point, r: 5, stroke: paint, strokeWidth: 2, fill: colour("surface") }
          : { ...point, r: 5, fill: paint },
      ),
    );
  }
  return marks;
}

function areaText({ value, low, high }: ProbeArea): string {
  return withInterval(value, low, high);
}

function areaCells({ value, low, high }: ProbeArea): (string | number)[] {
  return [tableNumber(value), tableNumber(low), tableNumber(high)];
}

function probeText({ title, target, outOfFold, heldOut }: ProbeRow): string {
  const beside = heldOut === null ? "" : `, held out ${areaText(heldOut)}`;
  return `${title}${target === "source" ? " (source)" : ""} ${areaText(outOfFold)}${beside}`;
}
