import { checkArguments } from "@covidxr/core/internal";
import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { drawChart, drawNothing } from "./internal/draw.js";
import {
  band,
  beside,
  curve,
  operatingPoint,
  type PlacedText,
  texts,
  unitAxes,
  unitSquare,
} from "./internal/marks.js";
import { counted, isDefined, quantity, share, tableNumber, withInterval } from "./internal/text.js";
import { colour } from "./palette.js";

/** What {@link precisionRecallChart} draws. */
export interface PrecisionRecallChartData {
  readonly id: string;
  readonly title: string;
  /** Points in the order of their thresholds, rising or falling. */
  readonly curve: { readonly recall: readonly number[]; readonly precision: readonly number[] };
  /** Average precision with its interval; NaN where undefined. */
  readonly averagePrecision: { readonly value: number; readonly low: number; readonly high: number };
  /** Bounds of the precision over the recall, at a confidence level such as 0.95. */
  readonly band?: {
    readonly recall: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly level: number;
  };
  /** Share of class 1 among the images: the precision of guessing. */
  readonly prevalence: number;
  /** The threshold in use. */
  readonly point?: { readonly recall: number; readonly precision: number; readonly threshold: number };
}

/**
 * Precision over recall, with the prevalence as the line of chance; undefined points are left out.
 *
 * Drawn as steps, since average precision counts it so: points between two recalls cannot be reached by mixing
 * thresholds linearly (Davis and Goadrich, "The relationship between precision-recall and ROC curves", 2006).
 */
export function precisionRecallChart(plotting: Plotting, data: PrecisionRecallChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ curve: "object", averagePrecision: "object", band: "object?" },
    ...{ prevalence: "number", point: "object?" },
  });
  checkArguments(
    { recall: data.curve.recall, precision: data.curve.precision },
    { recall: "numbers", precision: "numbers" },
  );
  const { id, title, averagePrecision, prevalence, point } = data;
  const { recall, precision } = data.curve;
  const table = {
    columns: ["Recall", "Precision"],
    rows: recall.map((x, i) => [tableNumber(x), tableNumber(precision[i])]),
  };
  const points = recall
    .map((x, i) => ({ x, y: precision[i]!, title: `recall ${share(x)}\nprecision ${share(precision[i])}` }))
    .filter(({ x, y }) => isDefined(x) && isDefined(y));
  if (points.length === 0) {
    const reason = "The precision-recall curve is undefined: it needs images of class 1.";
    return drawNothing(plotting, { id, title, reason, table });
  }
  const left = recall.length - points.length;
  if (points[0]!.x > points.at(-1)!.x) points.reverse();
  // Average precision counts the first point's precision from a recall of 0 on.
  if (points[0]!.x > 0) points.unshift({ ...points[0]!, x: 0 });

  const frame = unitSquare();
  const marks = unitAxes(plotting, frame, "recall (sensitivity)", "precision (positive predictive value)");
  if (data.band) marks.push(band(plotting, data.band.recall, data.band.low, data.band.high));
  const words: PlacedText[] = [];
  const hasPrevalence = isDefined(prevalence);
  if (hasPrevalence) {
    marks.push(
      plotting.plot.ruleY([prevalence], {
        stroke: colour("muted"),
        strokeWidth: 1.5,
        strokeDasharray: "5 4",
      }),
    );
    const line = frame.pixelY(prevalence);
    const y = prevalence > 0.85 ? line + 12 : line - 10;
    words.push({ x: frame.left + 8, y, text: `prevalence ${share(prevalence)}`, colour: "muted" });
  }
  marks.push(...curve(plotting, points, "step-before"));

  // Above the prevalence and its label where that lies low.
  const foot = hasPrevalence && prevalence < 0.25 ? frame.pixelY(prevalence) - 28 : frame.bottom - 16;
  const area = `average precision ${withInterval(averagePrecision.value, averagePrecision.low, averagePrecision.high)}`;
  words.push({ x: frame.left + 8, y: foot, text: area, bold: true });
  if (data.band) {
    const text = `shaded: ${isDefined(data.band.level) ? `${quantity(data.band.level * 100)} % ` : ""}confidence band`;
    words.push({ x: frame.left + 8, y: foot - 18, text, colour: "muted" });
  }
  let at = "";
  if (point && isDefined(point.recall) && isDefined(point.precision)) {
    const place = { x: point.recall, y: point.precision };
    at =
      ` At threshold ${quantity(point.threshold)} precision is ${share(point.precision)} and recall ` +
      `${share(point.recall)}.`;
    marks.push(operatingPoint(plotting, { ...place, title: at.trim() }));
    const lines = [
      `threshold ${quantity(point.threshold)}`,
      `precision ${share(point.precision)}`,
      `recall ${share(point.recall)}`,
    ];
    words.push(...beside(frame, place, lines));
  }
  marks.push(...texts(plotting, frame, words));
  const description =
    `Precision over recall at every threshold; ${area}; the prevalence, which guessing would reach, is ` +
    `${share(prevalence)}.${at}${left > 0 ? ` ${counted(left, "undefined point")} left out.` : ""}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}
