import type { Markish } from "@observablehq/plot";
import type { Chart, Plotting } from "./chart.js";
import { checkChart, checkTwoClasses } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing, type Frame } from "./internal/draw.js";
import { type KeyEntry, key, LINE, type PlacedText, texts } from "./internal/marks.js";
import {
  counted,
  isDefined,
  listed,
  quantity,
  shorten,
  tableNumber,
  textWidth,
  wrap,
} from "./internal/text.js";
import type { PaletteName } from "./palette.js";
import { colour } from "./palette.js";

/** One step on the way from all records to those that take part. */
export interface FlowStep {
  readonly name: string;
  /** Rows left after the step. */
  readonly kept: number;
  /** How many of them are of class 1 and of class 0; null where labels are not known yet. */
  readonly positive: number | null;
  readonly negative: number | null;
  readonly added: readonly { readonly count: number; readonly reason: string }[];
  readonly excluded: readonly { readonly count: number; readonly reason: string }[];
}

/** What {@link cohortFlowChart} draws. */
export interface CohortFlowChartData {
  readonly steps: readonly FlowStep[];
  /** Names of class 0 and class 1. @defaultValue ["negative", "positive"] */
  readonly classes?: readonly [string, string];
}

const BAR = 20;

/** Bars of the rows that each step keeps, split by class where it is known, with what was added and left out. */
export function cohortFlowChart(plotting: Plotting, data: CohortFlowChartData): Chart {
  checkChart(plotting, data, {
    ...{ steps: "objects", classes: "strings?" },
  });
  const { steps, classes = ["negative", "positive"] } = data;
  checkTwoClasses(classes);
  const [negative, positive] = classes;
  const id = "cohort-flow";
  const title = "Flow of the cohort";
  const table = {
    columns: ["Step", "Rows", positive, negative, "Added", "Left out"],
    rows: steps.map((step) => [
      step.name,
      tableNumber(step.kept),
      step.positive === null ? "not known" : tableNumber(step.positive),
      step.negative === null ? "not known" : tableNumber(step.negative),
      step.added.map(changeText).join("; "),
      step.excluded.map(changeText).join("; "),
    ]),
  };
  const lengths = steps.flatMap((step) => [step.kept, (step.positive ?? 0) + (step.negative ?? 0)]);
  const largest = Math.max(0, ...lengths.filter(isDefined));
  if (largest === 0)
    return drawNothing(plotting, { id, title, reason: "There is no row in any step.", table });

  const entries: KeyEntry[] = [];
  if (steps.some(isSplit)) {
    entries.push({ text: positive, colour: "positive", sample: "square" });
    entries.push({ text: negative, colour: "negative", sample: "square" });
  }
  if (!steps.every(isSplit)) entries.push({ text: "class not known", colour: "muted", sample: "square" });

  let y = 34;
  const placed = steps.map((step) => {
    const notes = [
      ...step.added.flatMap((change) => noteLines("+", change)),
      ...step.excluded.flatMap((change) => noteLines("−", change)),
    ];
    const start = y;
    y += LINE + BAR + notes.length * LINE + 16;
    return { step, start, notes };
  });
  const frame = createFrame(y, { top: 34, right: 16, bottom: 0, left: 16 }, [0, largest]);
  const marks = key(plotting, frame, 12, entries);
  for (const { step, start, notes } of placed) {
    marks.push(...stepMarks(plotting, frame, step, start, classes));
    const lines = notes.map((note, i) => ({ ...note, y: start + LINE + BAR + 12 + i * LINE }));
    marks.push(...texts(plotting, frame, lines));
  }
  const parts = steps.map((step) => {
    const split = isSplit(step)
      ? ` (${quantity(step.positive)} ${positive}, ${quantity(step.negative)} ${negative})`
      : "";
    return `${step.name}: ${counted(step.kept, "row")}${split}`;
  });
  const description = `Rows that each step keeps. ${listed(parts)}`;
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function isSplit(step: FlowStep): boolean {
  return isDefined(step.positive) && isDefined(step.negative);
}

function changeText({ count, reason }: { readonly count: number; readonly reason: string }): string {
  return `${quantity(count)} ${reason}`;
}

function noteLines(sign: string, change: { readonly count: number; readonly reason: string }): PlacedText[] {
  const full = `${sign}${changeText(change)}`;
  const lines = wrap(full, 330, 2);
  const isCut = lines.at(-1)!.endsWith("…");
  return lines.map((text, i) => ({
    x: i === 0 ? 24 : 36,
    y: 0,
    text,
    colour: sign === "+" ? "muted" : "error",
    ...(isCut ? { title: full } : {}),
  }));
}

function stepMarks(
  plotting: Plotting,
  frame: Frame,
  step: FlowStep,
  y: number,
  [negative, positive]: readonly [string, string],
): Markish[] {
  const rows = counted(step.kept, "row");
  const name = shorten(step.name, frame.right - frame.left - textWidth(rows) - 12);
  const marks = texts(plotting, frame, [
    { x: frame.left, y: y + 6, text: name, bold: true, ...(name === step.name ? {} : { title: step.name }) },
    { x: frame.right, y: y + 6, text: rows, anchor: "end" },
  ]);
  const parts: readonly { count: number; of: string; paint: PaletteName }[] = isSplit(step)
    ? [
        { count: step.positive!, of: positive, paint: "positive" },
        { count: step.negative!, of: negative, paint: "negative" },
      ]
    : [{ count: step.kept, of: "class not known", paint: "muted" }];
  const widthOf = (count: number) => frame.pixelX(count) - frame.pixelX(0);
  // Small bars have room for their numbers beside them.
  const fits = parts.every(({ count }) => count === 0 || textWidth(quantity(count)) + 8 <= widthOf(count));
  let from = 0;
  for (const { count, of, paint } of parts) {
    if (!isDefined(count) || count <= 0) continue;
    const to = from + count;
    marks.push(
      plotting.plot.rect([count], {
        x1: () => to - count,
        x2: () => to,
        y1: () => y + LINE,
        y2: () => y + LINE + BAR,
        fill: colour(paint),
        // A gap between neighbours shows where one ends, whatever their colours.
        insetRight: 1,
        title: () => `${step.name}\n${of}: ${quantity(count)} of ${quantity(step.kept)}`,
      }),
    );
    if (isSplit(step) && fits) {
      marks.push(
        plotting.plot.text([quantity(count)], {
          x: () => to - count / 2,
          y: () => y + LINE + BAR / 2 + 0.5,
          fill: colour("surface"),
          fontWeight: "bold",
        }),
      );
    }
    from = to;
  }
  if (isSplit(step) && !fits) {
    const text = parts.map((part) => quantity(part.count)).join(" + ");
    marks.push(...texts(plotting, frame, [{ x: frame.pixelX(from) + 6, y: y + LINE + BAR / 2, text }]));
  }
  return marks;
}
