import type { Markish } from "@observablehq/plot";
import type { Chart, Plotting } from "./chart.js";
import { checkChart, checkTwoClasses } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing, type Frame } from "./internal/draw.js";
import { axes, type KeyEntry, key, texts, UNIT_TICKS } from "./internal/marks.js";
import { type PlacedDot, stackDots } from "./internal/stack-dots.js";
import { counted, isDefined, quantity, share, shorten, tableNumber, textWidth } from "./internal/text.js";
import { colour } from "./palette.js";

export interface ScoredImage {
  readonly name: string;
  /** True class, 0 or 1. */
  readonly label: number;
  /** Predicted probability of class 1, in [0, 1]; NaN where there is none. */
  readonly probability: number;
}

/** What {@link scoreDistributionChart} draws. */
export interface ScoreDistributionChartData {
  readonly id: string;
  readonly title: string;
  /** A probability above it counts as class 1. */
  readonly threshold: number;
  /** Names of class 0 and class 1. */
  readonly classes: readonly [string, string];
  readonly images: readonly ScoredImage[];
}

const LANE = 96;
const HEADING = 24;
/** Most images of one dot that its tooltip names. */
const NAMED = 6;

/**
 * Predicted probability of every image, a band for each true class: one dot each (a dot plot after Wilkinson, 1999,
 * columns not crossing the threshold), or dots sized by number where there are too many. Images on the wrong side of
 * the threshold are crosses.
 */
export function scoreDistributionChart(plotting: Plotting, data: ScoreDistributionChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ threshold: "number", classes: "strings", images: "objects" },
  });
  checkTwoClasses(data.classes);
  const { id, title, threshold, classes, images } = data;
  const isIncorrect = (image: ScoredImage) => image.probability > threshold !== (image.label === 1);
  const known = images.filter(
    (image) => isDefined(image.probability) && (image.label === 0 || image.label === 1),
  );
  const table = {
    columns: ["Image", "True class", "Probability", "Right"],
    rows: images.map((image) => [
      image.name,
      classes[image.label] ?? `class ${image.label}`,
      tableNumber(image.probability),
      isDefined(image.probability) ? (isIncorrect(image) ? "no" : "yes") : "undefined",
    ]),
  };
  if (known.length === 0) {
    return drawNothing(plotting, { id, title, reason: "No image has a predicted probability.", table });
  }

  const top = 50;
  const bottom = top + 2 * (HEADING + LANE);
  const frame = createFrame(bottom + 48, { top, right: 20, bottom: 48, left: 20 }, [0, 1]);
  const marks = axes(
    plotting,
    frame,
    { label: `predicted probability of ${shorten(classes[1], 120)}`, ticks: UNIT_TICKS },
    null,
  );
  if (isDefined(threshold)) marks.push(...thresholdLabel(plotting, frame, threshold));
  const entries: KeyEntry[] = [
    { text: "correct", colour: "ink", sample: "circle" },
    { text: "incorrect", colour: "error", sample: "times" },
  ];
  marks.push(...key(plotting, frame, 12, entries));

  const sentences: string[] = [];
  let binned = false;
  // Class 1 above class 0.
  for (const [lane, label] of [1, 0].entries()) {
    const members = known.filter((image) => image.label === label);
    const incorrect = members.filter(isIncorrect).length;
    const start = top + lane * (HEADING + LANE);
    const name = classes[label]!;
    const counts = `${counted(members.length, "image")}, ${incorrect} incorrect`;
    const text = `${shorten(name, 330 - textWidth(counts))}: ${counts}`;
    sentences.push(`${name}: ${counts}, ${rangeText(members)}.`);
    const stacked = stackDots(members, {
      of: (image) => image.probability,
      isApart: isIncorrect,
      pixel: frame.pixelX,
      threshold: isDefined(threshold) ? threshold : 0.5,
      room: LANE - 12,
    });
    binned ||= stacked.binned;
    if (isDefined(threshold)) {
      marks.push(
        plotting.plot.ruleX([threshold], {
          y1: () => start + HEADING,
          y2: () => start + HEADING + LANE,
          stroke: colour("ink"),
          strokeWidth: 1.5,
          strokeDasharray: "5 4",
        }),
      );
    }
    marks.push(...dotMarks(plotting, stacked, { frame, middle: start + HEADING + LANE / 2, label, name }));
    marks.push(
      ...texts(plotting, frame, [
        {
          x: frame.left,
          y: start + 14,
          text,
          bold: true,
          colour: label === 1 ? "positive" : "negative",
          title: name,
        },
      ]),
    );
  }
  const left = images.length - known.length;
  const description =
    `Predicted probabilities by true class, ${binned ? "dots sized by number of images" : "one mark for each image"}, ` +
    `threshold ${quantity(threshold)}. ${sentences.join(" ")}` +
    (left > 0 ? ` ${counted(left, "image")} without a defined probability or label left out.` : "");
  return drawChart(plotting, { id, title, description, table, frame, marks });
}

function rangeText(members: readonly ScoredImage[]): string {
  if (members.length === 0) return "nothing to show";
  const values = members.map((image) => image.probability);
  return `probabilities from ${share(Math.min(...values))} to ${share(Math.max(...values))}`;
}

function thresholdLabel(plotting: Plotting, frame: Frame, threshold: number): Markish[] {
  const text = `threshold ${quantity(threshold)}`;
  const half = textWidth(text) / 2;
  const x = Math.min(Math.max(frame.pixelX(threshold), 6 + half), 374 - half);
  return texts(plotting, frame, [{ x, y: frame.top - 10, text, anchor: "middle" }]);
}

function dotMarks(
  { plot }: Plotting,
  stacked: { readonly dots: readonly PlacedDot<ScoredImage>[] },
  lane: { readonly frame: Frame; readonly middle: number; readonly label: number; readonly name: string },
): Markish[] {
  type Dot = PlacedDot<ScoredImage>;
  const place = {
    x: (dot: Dot) => lane.frame.valueX(dot.x),
    y: (dot: Dot) => lane.middle + dot.y,
    title: (dot: Dot) => tooltip(dot, lane.name),
  };
  const correct = stacked.dots.filter((dot) => !dot.isApart);
  const incorrect = stacked.dots.filter((dot) => dot.isApart);
  return [
    plot.dot(correct, {
      ...place,
      r: { value: (dot: Dot) => dot.radius, scale: null },
      fill: colour(lane.label === 1 ? "positive" : "negative"),
      stroke: colour("surface"),
      strokeWidth: 0.5,
    }),
    plot.dot(incorrect, {
      ...place,
      r: { value: (dot: Dot) => Math.max(dot.radius, 4), scale: null },
      symbol: "times",
      stroke: colour("error"),
      strokeWidth: 2,
    }),
  ];
}

function tooltip(dot: PlacedDot<ScoredImage>, name: string): string {
  const verdict = `${name}, ${dot.isApart ? "incorrect" : "correct"}`;
  const [first] = dot.members;
  if (dot.members.length === 1) return `${first!.name}\nprobability ${share(first!.probability)}\n${verdict}`;
  const values = dot.members.map((image) => image.probability);
  const range = `probability ${share(Math.min(...values))} to ${share(Math.max(...values))}`;
  const names = dot.members.length <= NAMED ? `: ${dot.members.map((image) => image.name).join(", ")}` : "";
  return `${dot.members.length} images${names}\n${range}\n${verdict}`;
}
