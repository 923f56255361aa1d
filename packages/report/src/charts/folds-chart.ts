import type { Markish } from "@observablehq/plot";
import type { Chart } from "./chart.js";
import { colour } from "./internal/colour.js";
import { drawChart, drawNothing } from "./internal/draw-chart.js";
import { counted, isDefined, share, tableNumber, withInterval } from "./internal/format.js";
import { createFrame, type Frame } from "./internal/frame.js";
import { niceTicks, texts } from "./internal/marks.js";
import { shorten, textWidth } from "./internal/text-layout.js";
import type { Plotting } from "./plotting.js";

export interface FoldFigure {
  /** What the fold is part of, such as "cross-validation by image". */
  readonly series: string;
  readonly seed: number;
  /** 1-based. */
  readonly fold: number;
  /** NaN where undefined. */
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

export interface FoldsChartData {
  readonly id: string;
  readonly title: string;
  /** Name of the figure, such as "AUC". */
  readonly figure: string;
  readonly folds: readonly FoldFigure[];
  /** Mean of each series, with its interval where there is one. */
  readonly means: readonly {
    readonly series: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
}

const PANEL = 104;
const HEADING = 28;
const SEEDS = 20;

interface Slot extends FoldFigure {
  /** Pixels. */
  readonly x: number;
  readonly y: number | null;
  readonly yLow: number | null;
  readonly yHigh: number | null;
}

/**
 * One panel for each series: its folds from left to right, seed by seed, as points with intervals, and the mean of all
 * as a line with its own interval. All panels share one scale.
 */
export function foldsChart(plotting: Plotting, data: FoldsChartData): Chart {
  const { id, title, figure, folds, means } = data;
  const table = {
    columns: ["Series", "Seed", "Fold", figure, "Low", "High"],
    rows: [
      ...folds.map((fold) => [
        fold.series,
        fold.seed,
        fold.fold,
        tableNumber(fold.value),
        tableNumber(fold.low),
        tableNumber(fold.high),
      ]),
      ...means.map((mean) => [
        mean.series,
        "all",
        "mean",
        tableNumber(mean.value),
        tableNumber(mean.low),
        tableNumber(mean.high),
      ]),
    ],
  };
  const series = [...new Set([...folds, ...means].map((row) => row.series))];
  const defined = [...folds, ...means].flatMap((row) => [row.value, row.low, row.high]).filter(isDefined);
  if (defined.length === 0) {
    return drawNothing(plotting, { id, title, reason: `No fold has a defined ${figure}.`, table });
  }

  const top = 24;
  const height = top + series.length * (HEADING + PANEL + SEEDS) + 26;
  const frame = createFrame(height, { top, right: 14, bottom: 26, left: 52 }, [0, 1]);
  const domain = domainOf(defined);
  const marks = texts(plotting, frame, [
    { x: 6, y: 12, text: shorten(figure, 360), colour: "muted" },
    {
      x: (frame.left + frame.right) / 2,
      y: height - 12,
      text: "folds in order, seed by seed",
      anchor: "middle",
      colour: "muted",
    },
  ]);
  const sentences: string[] = [];
  for (const [i, name] of series.entries()) {
    const start = top + i * (HEADING + PANEL + SEEDS);
    const members = folds.filter((fold) => fold.series === name);
    const mean = means.find((candidate) => candidate.series === name);
    const panel = { start: start + HEADING, end: start + HEADING + PANEL, domain };
    marks.push(...panelAxis(plotting, frame, panel));
    if (mean) marks.push(...meanMarks(plotting, frame, panel, mean));
    marks.push(...foldMarks(plotting, frame, panel, members, figure));
    const value = mean ? `mean ${withInterval(mean.value, mean.low, mean.high)}` : "no mean";
    const text = shorten(name, 362 - textWidth(value) - 16);
    marks.push(
      ...texts(plotting, frame, [
        { x: 6, y: start + 14, text, bold: true, ...(text === name ? {} : { title: name }) },
        { x: frame.right, y: start + 14, text: value, anchor: "end" },
      ]),
    );
    sentences.push(`${name}: ${value} over ${rangeText(members)}.`);
  }
  const description = `${figure} of each fold. ${sentences.join(" ")}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

interface Panel {
  readonly start: number;
  readonly end: number;
  readonly domain: readonly [number, number];
}

function domainOf(values: readonly number[]): [number, number] {
  const low = Math.min(...values);
  const high = Math.max(...values);
  if (low >= 0 && high <= 1) return [Math.min(0.9, Math.floor(low * 10) / 10), 1];
  const margin = (high - low) * 0.1 || 1;
  return [low - margin, high + margin];
}

function pixelY({ start, end, domain }: Panel, value: number): number {
  return end - ((value - domain[0]) / (domain[1] - domain[0])) * (end - start);
}

function rangeText(members: readonly FoldFigure[]): string {
  const values = members.map((fold) => fold.value).filter(isDefined);
  const undefinedFolds = members.length - values.length;
  const range =
    values.length > 0 ? ` from ${share(Math.min(...values))} to ${share(Math.max(...values))}` : "";
  return `${counted(members.length, "fold")}${range}${undefinedFolds > 0 ? `, ${undefinedFolds} undefined` : ""}`;
}

function panelAxis(plotting: Plotting, frame: Frame, panel: Panel): Markish[] {
  return niceTicks(panel.domain, 3).flatMap((tick) => {
    const y = pixelY(panel, tick);
    return [
      plotting.plot.ruleY([y], { stroke: colour("grid") }),
      ...texts(plotting, frame, [
        { x: frame.left - 8, y, text: String(tick), anchor: "end", colour: "muted" },
      ]),
    ];
  });
}

function meanMarks(
  { plot }: Plotting,
  frame: Frame,
  panel: Panel,
  mean: FoldsChartData["means"][number],
): Markish[] {
  if (!isDefined(mean.value)) return [];
  const title = () => `${mean.series}\nmean ${withInterval(mean.value, mean.low, mean.high)}`;
  const { low, high } = mean;
  const line = plot.ruleY([mean], {
    y: () => pixelY(panel, mean.value),
    stroke: colour("ink"),
    strokeWidth: 1.5,
    strokeDasharray: "5 4",
    title,
  });
  if (!isDefined(low) || !isDefined(high)) return [line];
  const area = plot.rect([mean], {
    x1: () => frame.xDomain[0],
    x2: () => frame.xDomain[1],
    y1: () => pixelY(panel, high),
    y2: () => pixelY(panel, low),
    fill: colour("muted"),
    fillOpacity: 0.2,
    title,
  });
  return [area, line];
}

function foldMarks(
  plotting: Plotting,
  frame: Frame,
  panel: Panel,
  members: readonly FoldFigure[],
  figure: string,
): Markish[] {
  const { plot } = plotting;
  const seeds = [...new Set(members.map((fold) => fold.seed))];
  // A free slot between seeds.
  const width = (frame.right - frame.left) / Math.max(1, members.length + seeds.length);
  const place = (value: number) => (isDefined(value) ? pixelY(panel, value) : null);
  const marks: Markish[] = [];
  const slots: Slot[] = [];
  let used = 0;
  let labelEnd = 0;
  for (const seed of seeds) {
    const own = members.filter((fold) => fold.seed === seed);
    const middle = frame.left + (used + (own.length + 1) / 2) * width;
    for (const fold of own) {
      const x = frame.left + ++used * width;
      slots.push({ ...fold, x, y: place(fold.value), yLow: place(fold.low), yHigh: place(fold.high) });
    }
    used++;
    const text = seeds.length <= 4 ? `seed ${seed}` : String(seed);
    const half = textWidth(text) / 2;
    if (middle - half < labelEnd + 4) continue;
    labelEnd = middle + half;
    marks.push(
      ...texts(plotting, frame, [{ x: middle, y: panel.end + 12, text, anchor: "middle", colour: "muted" }]),
    );
  }
  const at = (slot: Slot) => frame.valueX(slot.x);
  const title = (slot: Slot) =>
    `${slot.series}\nseed ${slot.seed}, fold ${slot.fold}\n${figure} ${withInterval(slot.value, slot.low, slot.high)}`;
  const isDense = width < 9;
  marks.push(
    plot.ruleX(
      slots.filter((slot) => slot.yLow !== null && slot.yHigh !== null),
      { x: at, y1: "yLow", y2: "yHigh", stroke: colour("accent"), strokeWidth: isDense ? 1 : 2, title },
    ),
    plot.dot(
      slots.filter((slot) => slot.y !== null),
      { x: at, y: "y", r: isDense ? 2.5 : 4.5, fill: colour("accent"), title },
    ),
    plot.dot(
      slots.filter((slot) => slot.y === null),
      {
        x: at,
        y: () => panel.end - 8,
        r: 4,
        symbol: "times",
        stroke: colour("error"),
        strokeWidth: 2,
        title: (slot: Slot) => `seed ${slot.seed}, fold ${slot.fold}\n${figure} undefined`,
      },
    ),
  );
  return marks;
}
