import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing } from "./internal/draw.js";
import { axes, DASHES, type KeyEntry, key, niceTicks, texts, UNIT_TICKS } from "./internal/marks.js";
import { isDefined, quantity, share, tableNumber, textWidth } from "./internal/text.js";
import { colour } from "./palette.js";

export interface DecisionPoint {
  /** Threshold probability, in [0, 1). */
  readonly threshold: number;
  /** Net benefit of acting on the model; NaN where undefined. */
  readonly model: number;
  /** Net benefit of acting on everyone. */
  readonly treatAll: number;
}

/** What {@link decisionCurveChart} draws. */
export interface DecisionCurveChartData {
  readonly id: string;
  readonly title: string;
  readonly points: readonly DecisionPoint[];
  /** The threshold in use. */
  readonly threshold?: number;
}

/**
 * Net benefit over threshold probability of the model, of treating all and of treating none (Vickers and Elkin,
 * "Decision curve analysis", 2006).
 *
 * The axis ends a little below zero, as is usual: what lies lower (treating all falls without bound) is not drawn.
 */
export function decisionCurveChart(plotting: Plotting, data: DecisionCurveChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ points: "objects", threshold: "number?" },
  });
  const { plot } = plotting;
  const { id, title, points, threshold } = data;
  const table = {
    columns: ["Threshold probability", "Net benefit of the model", "Net benefit of treating all"],
    rows: points.map((point) => [point.threshold, point.model, point.treatAll].map(tableNumber)),
  };
  const drawn = points.filter((point) => isDefined(point.threshold) && isDefined(point.model));
  if (drawn.length === 0) {
    return drawNothing(plotting, {
      id,
      title,
      reason: "The net benefit is undefined at every threshold.",
      table,
    });
  }

  const highest = Math.max(
    0.05,
    ...points.flatMap((point) => [point.model, point.treatAll]).filter(isDefined),
  );
  const domain = [-0.25 * highest, 1.08 * highest] as const;
  const frame = createFrame(330, { top: 70, right: 20, bottom: 46, left: 56 }, [0, 1], domain);
  const marks = axes(
    plotting,
    frame,
    { label: "threshold probability", ticks: UNIT_TICKS },
    { label: "net benefit", ticks: niceTicks(domain, 5) },
  );
  const entries: KeyEntry[] = [
    { text: "model", colour: "accent", sample: "line" },
    { text: "treat all", colour: "muted", sample: "dashes" },
    { text: "treat none", colour: "ink", sample: "dots" },
  ];
  marks.push(...key(plotting, frame, 32, entries));
  marks.push(plot.ruleY([0], { stroke: colour("ink"), strokeWidth: 2, ...DASHES.dots }));
  if (isDefined(threshold)) {
    const text = `threshold ${quantity(threshold)}`;
    const half = textWidth(text) / 2;
    const x = Math.min(Math.max(frame.pixelX(threshold), 6 + half), 374 - half);
    marks.push(
      plot.ruleX([threshold], { stroke: colour("ink"), strokeWidth: 1, strokeDasharray: "1 3" }),
      ...texts(plotting, frame, [{ x, y: frame.top - 12, text, anchor: "middle" }]),
    );
  }
  for (const [of, name, paint, dash] of [
    ["treatAll", "treat all", "muted", DASHES.dashes],
    ["model", "model", "accent", DASHES.line],
  ] as const) {
    const title = (point: DecisionPoint) =>
      `threshold ${quantity(point.threshold)}\n${name}: net benefit ${share(point[of])}`;
    const place = { x: "threshold", y: of } as const;
    const visible = points.filter((point) => isDefined(point[of]) && point[of] >= domain[0]);
    marks.push(
      plot.line([...points], { ...place, stroke: colour(paint), strokeWidth: 2.5, ...dash, clip: true }),
      plot.dot(visible, { ...place, r: 4, fill: "none", stroke: "none", pointerEvents: "all", title }),
    );
  }
  const description = describe(points, drawn, threshold);
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function describe(
  points: readonly DecisionPoint[],
  drawn: readonly DecisionPoint[],
  threshold: number | undefined,
): string {
  const better = drawn
    .filter((point) => point.model > Math.max(0, point.treatAll))
    .map((point) => point.threshold);
  const range =
    better.length > 0
      ? `The model's is above both others at ${better.length} of ${drawn.length} thresholds, between ` +
        `${quantity(Math.min(...better))} and ${quantity(Math.max(...better))}.`
      : "The model's is nowhere above both others.";
  const at = isDefined(threshold)
    ? drawn.find((point) => Math.abs(point.threshold - threshold) < 1e-9)
    : undefined;
  const left = points.length - drawn.length;
  return (
    `Net benefit over threshold probability of the model, of treating all and of treating none. ${range}` +
    (at
      ? ` At threshold ${quantity(threshold)}: model ${share(at.model)}, treating all ${share(at.treatAll)}.`
      : "") +
    (left > 0 ? ` It is undefined at ${left} thresholds.` : "")
  );
}
