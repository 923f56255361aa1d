import { InvalidArgumentError } from "@covidxr/core";
import { describeValue } from "@covidxr/core/internal";
import { summarize } from "@covidxr/metrics";
import type { Summary } from "@covidxr/metrics/internal";
import type { Scores } from "../loop/evaluate.js";

/** Metrics of a run by name; `null` where a metric is undefined, since JSON has no NaN. */
export type Metrics = Readonly<Record<string, number | null>>;

/**
 * Computes metrics of some images by name; NaN where one is undefined. It must name the same metrics every time.
 *
 * @param truth Class of each image.
 * @param scores Outputs of the model, in the order of `truth`.
 */
export type Score = (truth: readonly number[], scores: Scores) => Readonly<Record<string, number>>;

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

/**
 * Metrics of some images, as records keep them.
 *
 * @throws {InvalidArgumentError} when `score` gives anything but numbers by name.
 */
export function metricsBy(score: Score, truth: readonly number[], scores: Scores): Metrics {
  const metrics: unknown = score(truth, scores);
  const isRecord = typeof metrics === "object" && metrics !== null && !Array.isArray(metrics);
  const wrong = isRecord ? Object.entries(metrics).find(([, value]) => typeof value !== "number") : undefined;
  if (isRecord && wrong === undefined) return toJsonNumbers(metrics) as Metrics;
  throw new InvalidArgumentError({
    parameter: "score",
    value: metrics,
    message: `expected numbers by name, such as { auc: 0.8 }, got ${
      wrong ? `${describeValue(wrong[1])} as "${wrong[0]}"` : describeValue(metrics)
    }; give NaN for an undefined one`,
  });
}

/** @throws {InvalidArgumentError} when two runs name different metrics. */
export function requireSameMetrics(first: Metrics, other: Metrics): void {
  const names = Object.keys(first);
  const own = Object.keys(other);
  if (own.length === names.length && own.every((name) => names.includes(name))) return;
  throw new InvalidArgumentError({
    parameter: "score",
    value: own,
    message: `expected the same metrics of every run, got [${names}] and [${own}]; give NaN for an undefined one`,
  });
}

/** Summary of each metric over runs, all of which name the same; `null` counts as undefined. */
export function summarizeMetrics(runs: readonly Metrics[]): Record<string, Summary> {
  return Object.fromEntries(
    Object.keys(runs[0] ?? {}).map((name) => [
      name,
      summarize(runs.map((metrics) => metrics[name] ?? Number.NaN)),
    ]),
  );
}
