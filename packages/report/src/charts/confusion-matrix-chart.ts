import type { Markish } from "@observablehq/plot";
import type { Chart, Plotting } from "./chart.js";
import { checkChart } from "./internal/check-chart.js";
import { createFrame, drawChart, drawNothing } from "./internal/draw.js";
import { type PlacedText, texts } from "./internal/marks.js";
import { isDefined, listed, quantity, share, shorten, tableNumber, textWidth } from "./internal/text.js";
import { colour } from "./palette.js";

/** What {@link confusionMatrixChart} draws. */
export interface ConfusionMatrixChartData {
  readonly id: string;
  readonly title: string;
  /** `matrix[t][p]` images of true class t were predicted as p. */
  readonly matrix: readonly (readonly number[])[];
  /** Name of each class. */
  readonly classes: readonly string[];
  /** The probability above which an image counts as class 1, where there are two classes. */
  readonly threshold?: number;
}

/** Strongest shade of a cell; text in ink stays readable on it (a test computes the contrast). */
export const STRONGEST_SHADE = 0.4;

/** Table of counts, true classes in rows, each cell shaded by its share of the row; correct ones are outlined. */
export function confusionMatrixChart(plotting: Plotting, data: ConfusionMatrixChartData): Chart {
  checkChart(plotting, data, {
    ...{ id: "string", title: "string" },
    ...{ matrix: "objects", classes: "strings", threshold: "number?" },
  });
  const { id, title, matrix, threshold } = data;
  const names = matrix.map((_, i) => data.classes[i] ?? `class ${i}`);
  const cells = matrix.flatMap((row, truth) => {
    const sum = row.reduce((total, count) => total + count, 0);
    return names.map((_, predicted) => {
      const count = row[predicted] ?? Number.NaN;
      return { truth, predicted, count, share: sum > 0 ? count / sum : Number.NaN };
    });
  });
  const table = {
    columns: ["True class", "Predicted class", "Images", "Share of true class"],
    rows: cells.map((cell) => [
      names[cell.truth]!,
      names[cell.predicted]!,
      tableNumber(cell.count),
      tableNumber(cell.share),
    ]),
  };
  if (matrix.length === 0)
    return drawNothing(plotting, { id, title, reason: "There is no class to show.", table });

  const left = Math.min(110, Math.max(46, ...names.map((name) => textWidth(name) + 16)));
  const cellWidth = (380 - left - 12) / names.length;
  const cellHeight = Math.min(Math.max(cellWidth, 20), Math.max(20, 200 / names.length));
  const isTurned = names.some((name) => textWidth(name) > cellWidth - 4) && names.length > 2;
  const headings = names.map((name) => shorten(name, isTurned ? 90 : cellWidth - 4));
  const heading = isTurned ? Math.max(...headings.map((name) => textWidth(name))) + 12 : 20;
  const top = 26 + heading;
  const height = top + names.length * cellHeight + 30;
  const frame = createFrame(height, { top, right: 12, bottom: 30, left }, [0, names.length]);
  const edge = (row: number) => top + row * cellHeight;
  const words: PlacedText[] = [
    { x: (frame.left + frame.right) / 2, y: 12, text: "predicted class", anchor: "middle", colour: "muted" },
    { x: 6, y: top - 10, text: "true", colour: "muted" },
  ];
  names.forEach((name, i) => {
    words.push({
      x: frame.pixelX(i + 0.5),
      y: isTurned ? top - 6 : top - 10,
      text: headings[i]!,
      anchor: isTurned ? "start" : "middle",
      title: name,
      ...(isTurned ? { rotate: -90 } : {}),
    });
    const text = shorten(name, left - 12);
    words.push({ x: left - 6, y: edge(i + 0.5), text, anchor: "end", title: name });
  });
  const footer = ["outlined: correct", isDefined(threshold) ? `threshold ${quantity(threshold)}` : []]
    .flat()
    .join(" · ");
  words.push({
    x: (frame.left + frame.right) / 2,
    y: height - 14,
    text: footer,
    anchor: "middle",
    colour: "muted",
  });

  const marks: Markish[] = [];
  for (const cell of cells) {
    const isCorrect = cell.truth === cell.predicted;
    const middle = edge(cell.truth + 0.5);
    const x = frame.pixelX(cell.predicted + 0.5);
    const count = quantity(cell.count);
    marks.push(
      plotting.plot.rect([cell], {
        x1: "predicted",
        x2: () => cell.predicted + 1,
        y1: () => edge(cell.truth),
        y2: () => edge(cell.truth + 1),
        inset: isCorrect ? 2 : 1,
        fill: colour("accent"),
        fillOpacity: isDefined(cell.share) ? 0.04 + (STRONGEST_SHADE - 0.04) * cell.share : 0.04,
        stroke: colour(isCorrect ? "ink" : "grid"),
        strokeWidth: isCorrect ? 2 : 1,
        title: () =>
          `${names[cell.truth]}, predicted as ${names[cell.predicted]}\n` +
          `${count} images, ${share(cell.share)} of the class`,
      }),
    );
    const isRoomy = cellWidth >= 52 && cellHeight >= 44;
    const size = isRoomy ? 16 : 12;
    if (textWidth(count, size) + 4 <= cellWidth) {
      words.push({ x, y: isRoomy ? middle - 8 : middle, text: count, anchor: "middle", size, bold: isRoomy });
    }
    if (isRoomy) {
      const text = isDefined(cell.share) ? share(cell.share) : "–";
      words.push({ x, y: middle + 12, text, anchor: "middle" });
    }
  }
  marks.push(...texts(plotting, frame, words, { halo: false }));
  const parts = cells
    .filter((cell) => names.length <= 3 || cell.truth === cell.predicted)
    .map(
      (cell) =>
        `${quantity(cell.count)} of true class ${names[cell.truth]} predicted as ${names[cell.predicted]}`,
    );
  const empty = names.filter((_, truth) =>
    cells.some((cell) => cell.truth === truth && !isDefined(cell.share)),
  );
  const description =
    `Images by true and predicted class${isDefined(threshold) ? ` at threshold ${quantity(threshold)}` : ""}: ` +
    listed(parts) +
    (empty.length > 0 ? ` Shares are undefined for ${empty.join(", ")}: no image is of that class.` : "");
  return drawChart(plotting, { id, title, description, table, frame, marks });
}
