import { checkArguments } from "@covidxr/core/internal";
import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { drawChart, drawNothing } from "./internal/draw.js";
import {
  band,
  beside,
  curve,
  diagonal,
  operatingPoint,
  type PlacedText,
  texts,
  unitAxes,
  unitSquare,
} from "./internal/marks.js";
import { counted, isDefined, quantity, share, tableNumber, withInterval } from "./internal/text.js";

/** What {@link rocChart} draws. */
export interface RocChartData {
  readonly id: string;
  readonly title: string;
  /** Points from the strictest threshold to the mildest, as `rocCurve` of `@covidxr/metrics` gives them. */
  readonly curve: {
    readonly fpr: readonly number[];
    readonly tpr: readonly number[];
    readonly thresholds: readonly number[];
  };
  /** Area under the curve with its interval; NaN where undefined. */
  readonly auc: { readonly value: number; readonly low: number; readonly high: number };
  /** Bounds of the true positive rate over the false positive rate, at a confidence level such as 0.95. */
  readonly band?: {
    readonly fpr: readonly number[];
    readonly low: readonly number[];
    readonly high: readonly number[];
    readonly level: number;
  };
  /** The threshold in use. */
  readonly point?: { readonly fpr: number; readonly tpr: number; readonly threshold: number };
}

/** Receiver operating characteristic on equal axes, with the line of chance; undefined points are left out. */
export function rocChart(plotting: Plotting, data: RocChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ curve: "object", auc: "object", band: "object?", point: "object?" },
  });
  const { id, title, auc, point } = data;
  const { fpr, tpr, thresholds } = data.curve;
  checkArguments({ fpr, tpr, thresholds }, { fpr: "numbers", tpr: "numbers", thresholds: "numbers" });
  const table = {
    columns: ["Threshold", "False positive rate", "True positive rate"],
    rows: fpr.map((x, i) => [tableNumber(thresholds[i]), tableNumber(x), tableNumber(tpr[i])]),
  };
  const points = fpr
    .map((x, i) => ({
      x,
      y: tpr[i]!,
      title: `threshold ${thresholdText(thresholds[i])}\nfalse positive rate ${share(x)}\ntrue positive rate ${share(tpr[i])}`,
    }))
    .filter(({ x, y }) => isDefined(x) && isDefined(y));
  if (points.length === 0) {
    const reason = "The ROC curve is undefined: it needs images of both classes.";
    return drawNothing(plotting, { id, title, reason, table });
  }
  const frame = unitSquare();
  const marks = unitAxes(
    plotting,
    frame,
    "false positive rate (1 − specificity)",
    "true positive rate (sensitivity)",
  );
  if (data.band) marks.push(band(plotting, data.band.fpr, data.band.low, data.band.high));
  marks.push(diagonal(plotting), ...curve(plotting, points, "linear"));

  const area = `AUC ${withInterval(auc.value, auc.low, auc.high)}`;
  const words: PlacedText[] = [
    { x: frame.right - 8, y: frame.bottom - 16, text: area, anchor: "end", bold: true },
  ];
  if (data.band) {
    const text = `shaded: ${levelText(data.band.level)} confidence band`;
    words.push({ x: frame.right - 8, y: frame.bottom - 34, text, anchor: "end", colour: "muted" });
  }
  words.push({ x: frame.pixelX(0.6) + 6, y: frame.pixelY(0.6) + 14, text: "chance", colour: "muted" });
  let at = "";
  if (point && isDefined(point.fpr) && isDefined(point.tpr)) {
    const place = { x: point.fpr, y: point.tpr };
    const lines = [
      `threshold ${quantity(point.threshold)}`,
      `TPR ${share(point.tpr)}`,
      `FPR ${share(point.fpr)}`,
    ];
    at =
      ` At threshold ${quantity(point.threshold)} the true positive rate is ${share(point.tpr)} and the false ` +
      `positive rate ${share(point.fpr)}.`;
    marks.push(operatingPoint(plotting, { ...place, title: at.trim() }));
    words.push(...beside(frame, place, lines));
  }
  marks.push(...texts(plotting, frame, words));
  const left = fpr.length - points.length;
  const description =
    `True positive rate over false positive rate at every threshold; area under the curve ` +
    `${withInterval(auc.value, auc.low, auc.high)}.${at}` +
    (left > 0 ? ` ${counted(left, "undefined point")} left out.` : "");
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function thresholdText(threshold: number | undefined): string {
  return threshold === Number.POSITIVE_INFINITY ? "above every probability" : quantity(threshold);
}

function levelText(level: number): string {
  return isDefined(level) ? `${quantity(level * 100)} %` : "";
}
