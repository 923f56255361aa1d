import { checkArguments } from "@covidxr/core/internal";
import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing } from "./internal/draw.js";
import { axes, DASHES, niceTicks, type PlacedText, texts, UNIT_TICKS, wholeTicks } from "./internal/marks.js";
import { isDefined, quantity, share, spread, tableNumber, textWidth } from "./internal/text.js";
import { colour, type PaletteName } from "./palette.js";

/** Metrics of one epoch of training. */
export interface EpochFigures {
  /** 1-based. */
  readonly epoch: number;
  readonly loss: number;
  readonly accuracy: number;
  /** Null or NaN where nothing was watched. */
  readonly validationLoss: number | null;
  readonly validationAccuracy: number | null;
}

/** What {@link epochCurvesChart} draws. */
export interface EpochCurvesData {
  readonly metric: "loss" | "accuracy";
  readonly history: readonly EpochFigures[];
  /** The epoch whose weights were kept; null where it is not known. */
  readonly weightsOfEpoch: number | null;
}

interface EpochCurve {
  readonly train: (epoch: EpochFigures) => number;
  readonly validation: (epoch: EpochFigures) => number | null;
  /** Whether values are shares, drawn from 0 to 1. */
  readonly isShare: boolean;
}

const CURVES: Readonly<Record<EpochCurvesData["metric"], EpochCurve>> = {
  loss: { train: (epoch) => epoch.loss, validation: (epoch) => epoch.validationLoss, isShare: false },
  accuracy: {
    train: (epoch) => epoch.accuracy,
    validation: (epoch) => epoch.validationAccuracy,
    isShare: true,
  },
};

interface Point {
  readonly epoch: number;
  readonly value: number | null;
}

/**
 * Mean loss or accuracy of each epoch on the training images (solid) and on the validation images (dashed), named where
 * the lines end, with the epoch whose weights were kept. A value that is null or not finite leaves a gap.
 *
 * @throws {InvalidArgumentError} on another metric.
 */
export function epochCurvesChart(plotting: Plotting, data: EpochCurvesData): Chart {
  checkChart(plotting, data, {
    ...{ metric: ["loss", "accuracy"], history: "objects", weightsOfEpoch: "any" },
  });
  const { plot } = plotting;
  const { metric, history, weightsOfEpoch } = data;
  if (weightsOfEpoch !== null) checkArguments({ weightsOfEpoch }, { weightsOfEpoch: "number" });
  const curve = CURVES[metric];
  const title = `${capitalized(metric)} by epoch`;
  const table = {
    columns: ["Epoch", `Training ${metric}`, `Validation ${metric}`],
    rows: history.map((epoch) => [
      epoch.epoch,
      tableNumber(curve.train(epoch)),
      tableNumber(curve.validation(epoch)),
    ]),
  };
  const lines = [
    {
      name: "training",
      paint: "train" as PaletteName,
      dash: DASHES.line,
      symbol: "circle" as const,
      of: curve.train,
    },
    {
      name: "validation",
      paint: "validation" as PaletteName,
      dash: DASHES.dashes,
      symbol: "square" as const,
      of: curve.validation,
    },
  ].map((line) => ({
    ...line,
    points: history.map((epoch): Point => {
      const value = line.of(epoch);
      return { epoch: epoch.epoch, value: isDefined(value) ? value : null };
    }),
  }));
  const values = lines.flatMap((line) => line.points.map((point) => point.value)).filter(isDefined);
  if (values.length === 0) {
    return drawNothing(plotting, { id: metric, title, reason: `No epoch has a defined ${metric}.`, table });
  }

  const epochs = history.map((epoch) => epoch.epoch);
  const [first, last] = [Math.min(...epochs), Math.max(...epochs)];
  const xDomain = first === last ? ([first - 1, last + 1] as const) : ([first, last] as const);
  const highest = Math.max(...values);
  const yDomain = curve.isShare ? ([0, 1] as const) : ([0, highest > 0 ? highest * 1.05 : 1] as const);
  const frame = createFrame(300, { top: 48, right: 84, bottom: 46, left: 48 }, xDomain, yDomain);
  const marks = axes(
    plotting,
    frame,
    { label: "epoch", ticks: wholeTicks([first, last], 6) },
    { label: metric, ticks: curve.isShare ? UNIT_TICKS : niceTicks(yDomain, 5) },
  );
  const kept = isDefined(weightsOfEpoch) && weightsOfEpoch >= xDomain[0] && weightsOfEpoch <= xDomain[1];
  if (kept) {
    const text = `weights of epoch ${weightsOfEpoch}`;
    const half = textWidth(text) / 2;
    const x = Math.min(Math.max(frame.pixelX(weightsOfEpoch), 6 + half), 374 - half);
    marks.push(
      plot.ruleX([weightsOfEpoch], { stroke: colour("ink"), strokeWidth: 1.5, strokeDasharray: "2 3" }),
      ...texts(plotting, frame, [{ x, y: 36, text, anchor: "middle" }]),
    );
  }
  const ends: PlacedText[] = [];
  for (const { name, paint, dash, symbol, points } of lines) {
    const end = points.findLast((point) => isDefined(point.value));
    if (end === undefined) continue;
    const place = { x: "epoch", y: "value" } as const;
    marks.push(
      plot.line(points, { ...place, stroke: colour(paint), strokeWidth: 2, ...dash }),
      plot.dot(
        points.filter((point) => isDefined(point.value)),
        {
          ...place,
          symbol,
          r: history.length <= 30 ? 3 : 1.5,
          fill: colour(paint),
          title: (point: Point) => `epoch ${point.epoch}\n${name} ${metric} ${quantity(point.value)}`,
        },
      ),
    );
    ends.push({
      x: frame.pixelX(end.epoch) + 8,
      y: frame.pixelY(end.value!),
      text: name,
      colour: paint,
    });
  }
  const moved = spread(
    ends.map((end) => end.y),
    15,
    frame.top,
    frame.bottom - 6,
  );
  marks.push(
    ...texts(
      plotting,
      frame,
      ends.map((end, i) => ({ ...end, y: moved[i]! })),
    ),
  );
  const description = describe(data, curve, kept);
  return drawChart(plotting, { id: metric, title, description, table, frame, marks });
}

function describe(
  { metric, history, weightsOfEpoch }: EpochCurvesData,
  curve: EpochCurve,
  kept: boolean,
): string {
  const at = (kept && history.find((epoch) => epoch.epoch === weightsOfEpoch)) || history.at(-1)!;
  const text = (value: number | null) => (curve.isShare ? share(value) : quantity(value));
  const missing = history.filter((epoch) => !isDefined(curve.train(epoch))).length;
  const validation = history.some((epoch) => isDefined(curve.validation(epoch)))
    ? `validation ${metric} ${text(curve.validation(at))}`
    : `validation ${metric} undefined in every epoch`;
  return (
    `${capitalized(metric)} by epoch over ${history.length} epoch${history.length === 1 ? "" : "s"}. ` +
    `In epoch ${at.epoch}${kept ? ", whose weights were kept" : ""}: training ${metric} ` +
    `${text(curve.train(at))}, ${validation}.` +
    (missing > 0 ? ` Training ${metric} is undefined in ${missing} of them.` : "")
  );
}

function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
