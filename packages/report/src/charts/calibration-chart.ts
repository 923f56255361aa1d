import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { drawChart, drawNothing } from "./internal/draw.js";
import { diagonal, type PlacedText, texts, unitAxes, unitSquare } from "./internal/marks.js";
import {
  counted,
  isDefined,
  listed,
  quantity,
  share,
  tableNumber,
  textWidth,
  withInterval,
} from "./internal/text.js";
import { colour } from "./palette.js";

/** Images whose predicted probabilities lie in one interval. */
export interface CalibrationBin {
  /** Mean predicted probability of the bin's images; NaN for an empty bin. */
  readonly meanProbability: number;
  /** Proportion of them that is of class 1. */
  readonly observed: number;
  readonly count: number;
  /** Confidence interval of `observed`. */
  readonly interval: { readonly low: number; readonly high: number };
}

/** What {@link calibrationChart} draws. */
export interface CalibrationChartData {
  readonly id: string;
  readonly title: string;
  readonly bins: readonly CalibrationBin[];
  /** Calibration slope; 1 is ideal. */
  readonly slope?: number;
  /** Calibration intercept; 0 is ideal. */
  readonly intercept?: number;
  /** Expected calibration error; 0 is ideal. */
  readonly error?: number;
}

/** Radius in pixels of a bin with all images, by whose area the others are drawn, and the smallest. */
const RADII = { largest: 12, smallest: 3 };

/** Reliability diagram: observed share over predicted probability, by bins; empty bins are left out. */
export function calibrationChart(plotting: Plotting, data: CalibrationChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ bins: "objects", slope: "number?", intercept: "number?", error: "number?" },
  });
  const { plot } = plotting;
  const { id, title, bins } = data;
  const table = {
    columns: ["Mean probability", "Observed share", "Low", "High", "Images"],
    rows: bins.map((bin) =>
      [bin.meanProbability, bin.observed, bin.interval.low, bin.interval.high, bin.count].map(tableNumber),
    ),
  };
  const drawn = bins.filter((bin) => isDefined(bin.meanProbability) && isDefined(bin.observed));
  if (drawn.length === 0)
    return drawNothing(plotting, { id, title, reason: "No bin holds an image.", table });

  const frame = unitSquare(18);
  const total = drawn.reduce((sum, bin) => sum + bin.count, 0);
  const radius = (bin: CalibrationBin) =>
    Math.max(RADII.smallest, RADII.largest * Math.sqrt(bin.count / total) || 0);
  const tooltip = (bin: CalibrationBin) =>
    `${counted(bin.count, "image")}\nmean probability ${share(bin.meanProbability)}\n` +
    `observed ${withInterval(bin.observed, bin.interval.low, bin.interval.high)}`;
  const bounded = drawn.filter((bin) => isDefined(bin.interval.low) && isDefined(bin.interval.high));
  const marks = unitAxes(plotting, frame, "predicted probability", "observed share of class 1");
  marks.push(
    diagonal(plotting),
    plot.ruleX(bounded, {
      x: "meanProbability",
      y1: (bin: CalibrationBin) => bin.interval.low,
      y2: (bin: CalibrationBin) => bin.interval.high,
      stroke: colour("accent"),
      strokeWidth: 2,
      title: tooltip,
    }),
    plot.dot(drawn, {
      x: "meanProbability",
      y: "observed",
      r: { value: radius, scale: null },
      fill: colour("accent"),
      stroke: colour("surface"),
      strokeWidth: 1,
      title: tooltip,
    }),
  );

  const figures = [
    isDefined(data.slope) ? `slope ${quantity(Number(data.slope.toFixed(3)))}` : [],
    isDefined(data.intercept) ? `intercept ${quantity(Number(data.intercept.toFixed(3)))}` : [],
    isDefined(data.error) ? `calibration error ${share(data.error)}` : [],
  ].flat();
  const words: PlacedText[] = [
    ...counts(
      drawn.map((bin) => ({ ...bin, x: frame.pixelX(bin.meanProbability), y: frame.pixelY(bin.observed) })),
      radius,
    ),
    { x: 190, y: frame.height - 12, text: figures.join(" · "), anchor: "middle" },
    { x: frame.pixelX(0.6) + 6, y: frame.pixelY(0.6) + 14, text: "ideal", colour: "muted" },
  ];
  marks.push(...texts(plotting, frame, words));

  const parts = drawn.map(
    (bin) =>
      `${share(bin.meanProbability)} predicted, ` +
      `${withInterval(bin.observed, bin.interval.low, bin.interval.high)} observed (${counted(bin.count, "image")})`,
  );
  const empty = bins.length - drawn.length;
  const description =
    `Observed share of class 1 over predicted probability in ${counted(drawn.length, "bin")}` +
    `${empty > 0 ? `, ${empty} more without images` : ""}: ${listed(parts)}` +
    (figures.length > 0 ? ` Calibration: ${figures.join(", ")}.` : "");
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

/** Numbers of images beside the dots, on the inner side, where there is no other number yet. */
function counts(
  bins: readonly (CalibrationBin & { readonly x: number; readonly y: number })[],
  radius: (bin: CalibrationBin) => number,
): PlacedText[] {
  const placed: PlacedText[] = [];
  for (const bin of bins) {
    const text = quantity(bin.count);
    const onLeft = bin.x + radius(bin) + textWidth(text) + 6 > 374;
    const x = onLeft ? bin.x - radius(bin) - 4 : bin.x + radius(bin) + 4;
    if (placed.some((other) => Math.abs(other.x - x) < 26 && Math.abs(other.y - bin.y) < 15)) continue;
    placed.push({ x, y: bin.y, text, anchor: onLeft ? "end" : "start", colour: "muted" });
  }
  return placed;
}
