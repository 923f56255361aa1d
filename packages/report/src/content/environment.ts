import { win32 } from "node:path";
import { formatDuration, plural } from "@covidxr/core/internal";
import type { RunAnalysis } from "../analysis/analyse-run.js";
import type { RunRecord } from "../run/run-record.js";
import { type ContentTable, memoryText, settingText } from "./words.js";

/** Height and width of the network's input in pixels, of a run that names them; else null. */
export function inputSize({ settings }: RunRecord): { height: number; width: number } | null {
  const { height, width } = settings;
  return typeof height === "number" && typeof width === "number" ? { height, width } : null;
}

/** The network's input in words; null where the run does not name it. */
export function inputText(record: RunRecord): string | null {
  const size = inputSize(record);
  return size && `RGB, ${size.height} × ${size.width} pixels (height × width)`;
}

/** The network in words; null where the run does not name it. */
export function modelText({ model }: RunRecord): string | null {
  return model
    ? `${model.name}; ${model.parameters.toLocaleString("en")} parameters, ${model.trainable.toLocaleString("en")} of them trained`
    : null;
}

/** How training ended; null where the run does not say. */
export function trainingText({ training }: RunRecord): string | null {
  return training
    ? `${plural(training.epochs, "epoch")}${training.stoppedEarly ? ", stopped early" : ""}, weights of epoch ${training.weightsOfEpoch}`
    : null;
}

/** A run's settings as documents for others show them, without paths of the machine (`win32` reads both slashes). */
export function publicSettings({ settings, place }: RunRecord): [name: string, value: unknown][] {
  return Object.entries({ ...settings, weights: settings.weights ?? place.weights })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [
      name,
      typeof value === "string" && win32.isAbsolute(value) ? win32.basename(value) : value,
    ]);
}

/** Where the initial weights come from; null where the run does not say. */
export function weightsText(record: RunRecord): string | null {
  const weights = publicSettings(record).find(([name]) => name === "weights")?.[1];
  if (weights === undefined) return null;
  const { backbone } = record;
  // The name of a file says nothing of its content.
  const origin = backbone === "imagenet" ? "published ImageNet weights" : "a file of one's own";
  return backbone === undefined || backbone === "random" || weights === backbone
    ? settingText(weights)
    : `${settingText(weights)}, ${origin}`;
}

/** Two columns of names and values; entries without a value are left out. */
export function entriesTable(
  label: string,
  columns: readonly [string, string],
  entries: readonly (readonly [name: string, value: unknown])[],
): ContentTable {
  const rows = entries.flatMap(([name, value]) =>
    value === undefined || value === null ? [] : [[name, settingText(value)]],
  );
  return { label, columns, rows, textColumns: [0, 1] };
}

/** Where and how the run was computed. */
export function environmentTable({ run }: RunAnalysis): ContentTable {
  const { record } = run;
  const { started, engine, decoder, seconds, peakMemoryBytes, machine, versions } = record;
  return entriesTable(
    "Environment",
    ["Property", "Value"],
    [
      ["Started", started],
      ["Engine", engine],
      ["Model", modelText(record)],
      ["Training", trainingText(record)],
      ["Image decoder", decoder],
      ["Total time", seconds?.total === undefined ? undefined : formatDuration(seconds.total)],
      ["Peak memory", peakMemoryBytes === undefined ? undefined : memoryText(peakMemoryBytes)],
      ["Machine", machine],
      ["Versions", versions],
    ],
  );
}
