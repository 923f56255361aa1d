import { InvalidArgumentError } from "@covidxr/core";
import { type Summary, summarize } from "./summarize.js";

/** Figures of a run by name; `null` where a figure is undefined, since JSON has no NaN. */
export type Figures = Readonly<Record<string, number | null>>;

/**
 * Names the figures of some images; NaN where one is undefined. It must name the same figures every time.
 *
 * @param labels Class of each image.
 * @param outputs `[N, units]` of the model, in the order of the labels.
 */
export type Score = (labels: readonly number[], outputs: Float32Array) => Readonly<Record<string, number>>;

/** A record whose numbers survive JSON: those that are not finite are `null`. */
export type JsonNumbers<T> = { readonly [K in keyof T]: number extends T[K] ? T[K] | null : T[K] };

/** Puts `null` for each number of a flat record that JSON does not have. */
export function toJsonNumbers<T extends object>(record: T): JsonNumbers<T> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      typeof value === "number" && !Number.isFinite(value) ? null : value,
    ]),
  ) as JsonNumbers<T>;
}

/** @throws {InvalidArgumentError} when two runs name different figures. */
export function requireSameFigures(first: Figures, other: Figures): void {
  const names = Object.keys(first);
  const own = Object.keys(other);
  if (own.length === names.length && own.every((name) => names.includes(name))) return;
  throw new InvalidArgumentError({
    parameter: "score",
    value: own,
    message: `expected the same figures of every run, got [${names}] and [${own}]; give NaN for an undefined one`,
  });
}

/** Summary of each figure over runs, all of which name the same; `null` counts as undefined. */
export function summarizeFigures(runs: readonly Figures[]): Record<string, Summary> {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => [
      name,
      summarize(runs.map((figures) => figures[name] ?? Number.NaN)),
    ]),
  );
}
