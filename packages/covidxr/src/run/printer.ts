import { relative } from "node:path";
import { formatDuration, plural, showControls } from "@covidxr/core/internal";
import type { CohortRow } from "@covidxr/dataset";
import type { FindingCount, LabelCounts, MetadataTable, SplitSummary } from "@covidxr/dataset/internal";
import type { FailedImage, ImageRemark } from "@covidxr/image/internal";
import { classificationReport, formatEstimate } from "@covidxr/metrics";
import { formatPValue } from "@covidxr/metrics/internal";
import type { RunVerification } from "@covidxr/report";
import type {
  HoldoutAnalysis,
  ImagesAnalysis,
  PublishedComparison,
  SplitComparison,
  WrittenReport,
} from "@covidxr/report/internal";
import { integrityText } from "@covidxr/report/internal";
import type { EpochRecord, Features } from "@covidxr/training";
import type { Display } from "./progress.js";
import { table } from "./texts.js";

/** Prints a run, section by section, in the order of its steps. */
export class Printer {
  readonly #said = new Set<string>();
  readonly #write: (line: string) => void;
  /** Where progress is shown. */
  readonly display: Display;

  /** @param terminal Where progress can be drawn over. @defaultValue lines are printed */
  constructor(write: (line: string) => void, terminal?: Display["terminal"]) {
    this.#write = write;
    this.display = { clock: () => performance.now(), print: write, terminal };
  }

  /** Prints a line, or several. Names come from files of others: none of their characters orders a terminal about. */
  line(text: string): void {
    this.#write(text.split("\n").map(showControls).join("\n"));
  }

  /** A line that is printed once, however often it is said. */
  once(text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.line(text);
  }

  /** A section after an empty line. */
  block(text: string): void {
    this.line(`\n${text}`);
  }

  /** Says how many records were selected, with which findings. */
  findings(records: number, counts: readonly FindingCount[]): void {
    const total = counts.reduce((sum, { count }) => sum + count, 0);
    this.block(`Findings of the ${total} PA X-rays among ${records} records`);
    this.line(table(counts.map(({ finding, count }) => [finding, count])));
  }

  /** Says how many rows of each class there are before and after balancing. */
  labels(before: LabelCounts, after: LabelCounts): void {
    this.block(
      table([
        ["Labels", "positive", "negative"],
        ["before balancing", before.positive, before.negative],
        ["after balancing", after.positive, after.negative],
      ]),
    );
  }

  /** A new draw, and whether there was enough to draw from. */
  draw(drawn: number, files: number): void {
    this.line(`Normals: ${drawn} drawn anew from ${plural(files, "file")}`);
    if (files >= drawn) return;
    this.line(
      "  There are fewer files than draws, so some repeat: a download holds only those that the study drew. " +
        "Unpack chest-xray-pneumonia (doi 10.17632/rscbjbr9sj.2) into the study folder for all of them.",
    );
  }

  /** Says what each split holds. */
  splits(summaries: readonly SplitSummary[]): void {
    this.block(
      table([
        ["Split", "rows", "distinct files"],
        ...summaries.map(({ split, rows, files }) => [split, rows, files]),
      ]),
    );
  }

  /** Rows that cannot take part, by name. */
  unusable(cohort: readonly CohortRow[], failures: readonly FailedImage[]): void {
    const missing = cohort.filter((row) => row.status === "missing");
    const unreadable = cohort.filter((row) => row.status === "unreadable");
    const duplicates = cohort.filter((row) => row.status === "duplicate").length;
    this.block(`Missing files: ${missing.length}`);
    for (const row of missing) this.line(`  ${showControls(row.filename)} (${row.split})`);
    this.line(`Unreadable files: ${unreadable.length}`);
    for (const { error } of failures) this.line(`  ${error.message}`);
    this.#narrowRange(failures);
    this.line(`Rows whose file or image is in their split already: ${duplicates}`);
    this.line(`Used: ${cohort.filter((row) => row.status === "used").length} of ${cohort.length} rows`);
  }

  /** How to use 16-bit images that were left out. */
  #narrowRange(failures: readonly FailedImage[]): void {
    const windows = failures.flatMap(({ error }) =>
      "window" in error && error.window !== undefined ? [error.window] : [],
    );
    if (windows.length === 0) return;
    const { center, width } = windows.reduce((widest, each) => (each.width > widest.width ? each : widest));
    this.line(
      `  ${plural(windows.length, "16-bit image needs", "16-bit images need")} a window, or eight bits would be nearly black: ` +
        `use --window ${center},${width} (centre and width), or --window full if they are meant as they are.`,
    );
  }

  /** Says what the reader of a table had to decide, and which rows it left out. */
  metadata({ table, remarks }: Pick<MetadataTable, "table" | "remarks">): void {
    for (const { what, count, examples } of remarks)
      this.line(`Table: ${what}: ${count}, such as ${showControls(examples.join(", "))}`);
    for (const { line, reason } of table.leftOut) this.line(`Table: line ${line} left out: ${reason}`);
  }

  /** Says what images hold that is not used. */
  remarks(remarks: readonly ImageRemark[]): void {
    if (remarks.length === 0) return;
    this.line(`Images of which something is not used: ${remarks.length}`);
    for (const { path, message } of remarks) this.line(`  ${showControls(path)}: ${message}`);
  }

  /** Says how many images have features, and how many came from the cache. */
  extraction({ values, computed, damaged, shape }: Features): void {
    const repaired = damaged > 0 ? `, ${damaged} of them because their cache entry was damaged` : "";
    this.line(
      `Features [${shape.join(", ")}] of ${values.length} images: ` +
        `${computed} computed${repaired}, ${values.length - computed} from the cache`,
    );
  }

  /** Where a run resumes. */
  resumption(epochs: number, damaged: readonly string[]): void {
    for (const path of damaged) this.line(`Ignored ${showControls(path)}: it is truncated or altered`);
    this.line(epochs === 0 ? "No checkpoint is left: starting over" : `Resuming after epoch ${epochs}`);
  }

  /** One epoch, with the time that the rest will take at the pace so far. */
  epoch(record: EpochRecord, epochs: number, history: readonly EpochRecord[]): void {
    const perEpoch = history.reduce((sum, { seconds }) => sum + seconds, 0) / history.length;
    const left = (epochs - record.epoch) * perEpoch;
    this.line(
      `Epoch ${String(record.epoch).padStart(String(epochs).length)}/${epochs}  ` +
        `loss ${record.loss.toFixed(4)}  accuracy ${record.accuracy.toFixed(3)}  ` +
        `val_loss ${record.validationLoss.toFixed(4)}  val_accuracy ${record.validationAccuracy.toFixed(3)}  ` +
        `${record.seconds.toFixed(1)} s  ${left > 0 ? `${formatDuration(left)} left` : "done"}`,
    );
  }

  /** Metrics of each split with their 95 % intervals, and the held-out split in full. */
  results({ splits, headline, run }: HoldoutAnalysis): void {
    const { classes } = run.record;
    this.block(metricTable(splits));
    const { name, images, confusionMatrix: matrix, threshold } = headline;
    this.block(
      `Confusion matrix on ${name}, ${images.length} images, positive above ${threshold} (rows: truth)`,
    );
    this.line(matrixTable(matrix, classes));
    const report = classificationReport(
      images.map(({ label }) => label),
      images.map(({ predicted }) => predicted),
      { classes, classIndices: [0, 1] },
    );
    this.block(report.text.trimEnd());
    for (const { classIndex, metric, reason } of report.undefinedMetrics) {
      this.line(`undefined: ${metric} of ${classes[classIndex]}: ${reason}`);
    }
  }

  /** The run's accuracy beside the published one. */
  published(comparison: PublishedComparison, classes: readonly string[]): void {
    const { accuracy, confusionMatrix, threshold, difference, differenceInterval, pValue, compatible } =
      comparison;
    this.block(
      `Published for ${accuracy.trials} images, positive above ${threshold}: accuracy ${formatEstimate(accuracy)}`,
    );
    this.line(matrixTable(confusionMatrix, classes));
    this.line(
      `${compatible ? "Compatible" : "Not compatible"}: our accuracy differs by ` +
        `${formatEstimate({ value: difference, ...differenceInterval })}, Fisher's exact test ${formatPValue(pValue)}`,
    );
  }

  /** The run beside the same study on the other split. */
  bothSplits({ own, other, difference, differenceInterval }: SplitComparison): void {
    this.block(
      table([
        ["Held-out images by split", "images", "accuracy", "AUC"],
        ...[own, other].map(({ split, run, images, accuracy, auc }, i) => [
          `${split === "patient" ? "by patient" : "the study's, by row"} (${i === 0 ? "this run" : run})`,
          images,
          formatEstimate(accuracy),
          auc === null ? "undefined" : formatEstimate(auc),
        ]),
      ]),
    );
    this.line(
      `The accuracies differ by ${formatEstimate({ value: difference, ...differenceInterval })}; ` +
        "the images differ, so chance alone moves them too.",
    );
  }

  /** Where the report of a run is. */
  report({ analysis, files, kept }: WrittenReport): void {
    const integrity = integrityText(analysis.run);
    if (integrity !== null) this.block(integrity);
    const named = files.filter((file) => file.endsWith(".html") || file.endsWith(".md"));
    const others = named.slice(1).map((file) => relative(analysis.run.folder, file));
    const figures = files.filter((file) => file.endsWith(".svg")).length;
    this.block(`Report: ${files[0]} (with ${others.join(", ")} and ${plural(figures, "figure")})`);
    if (kept.length > 0)
      this.line(`Kept as completed by hand: ${kept.join(", ")}; remove it to have it written anew`);
  }

  /** What was compared of a run's folder, and what differs. */
  verification({ folder, record, same, manifest, edited, checks }: RunVerification): void {
    const started = record.started === undefined ? "" : `, started ${record.started}`;
    this.line(`${folder}: ${record.program ?? "a run"}${started}`);
    const words = { same: "same", differs: "DIFFERS", "not-checked": "not checked" };
    const width = Math.max(...checks.map(({ name }) => name.length));
    for (const { name, status, lines } of checks) {
      const indent = " ".repeat(width + 17);
      const [first, ...others] = lines.slice(0, SHOWN_LINES);
      this.line(`  ${name.padEnd(width)}  ${words[status].padEnd(11)}  ${first}`);
      for (const line of others) this.line(`${indent}${line}`);
      if (lines.length > SHOWN_LINES)
        this.line(`${indent}and ${lines.length - SHOWN_LINES} more; --json has all`);
    }
    if (manifest !== null)
      this.line(`SHA-256 of manifest.json, for who handed you the run to confirm: ${manifest}`);
    const integrity = integrityText({ integrity: { verified: manifest !== null, edited }, record });
    if (integrity !== null) this.line(integrity);
    this.block(same ? "Nothing differs." : "The run is not as it was written.");
  }

  /** Last words of a run. */
  end(folder: string, seconds: number, synthetic: boolean): void {
    this.block(`Written to ${folder} in ${formatDuration(seconds)}.`);
    if (synthetic) this.line("SYNTHETIC radiographs: no metric above says anything about a disease.");
    this.line("For research. This is not a diagnostic device.");
  }
}

/** Prints to a stream, such as stdout; progress is drawn over where it is a terminal. */
export function consolePrinter(stream: NodeJS.WriteStream): Printer {
  return new Printer(
    (line) => stream.write(`${line}\n`),
    stream.isTTY ? (stream as Display["terminal"]) : undefined,
  );
}

/** Differences of one kind that are printed. */
const SHOWN_LINES = 8;

/** What the console shows of each split; the report has the rest. */
const SHOWN = [
  ["accuracy", "accuracy"],
  ["sensitivity", "sensitivity"],
  ["specificity", "specificity"],
  ["positivePredictiveValue", "precision"],
  ["auc", "AUC"],
  ["logLoss", "log loss"],
] as const;

function metricTable(splits: readonly ImagesAnalysis[]): string {
  return table([
    ["95 % intervals", ...splits.map(({ name, images }) => `${name} (${images.length})`)],
    ...SHOWN.map(([name, label]) => [
      label,
      ...splits.map(({ estimates }) => formatEstimate(estimates[name])),
    ]),
    ["accuracy at 0.5", ...splits.map(({ accuracyAtHalf }) => formatEstimate(accuracyAtHalf))],
  ]);
}

function matrixTable(matrix: readonly (readonly number[])[], classes: readonly string[]): string {
  return table([
    ["", ...classes.map((name) => `predicted ${name}`)],
    ...matrix.map((row, i) => [classes[i]!, ...row]),
  ]);
}
