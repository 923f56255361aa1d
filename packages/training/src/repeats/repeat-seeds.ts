import { InvalidArgumentError } from "@covidxr/core";
import { checkOptions } from "@covidxr/core/internal";
import type { Summary } from "@covidxr/metrics/internal";
import { checkLengths, type LabelledFeatures } from "../features/labelled-features.js";
import { refuseDeadFeatures, refuseLeakage } from "../features/leakage.js";
import { asScores } from "../loop/evaluate.js";
import type { StepProgress } from "../loop/train-options.js";
import { type RunEnd, type RunTrainOptions, runAll, SHARED, type SharedRunOptions } from "./runs.js";
import { type Metrics, metricsBy, requireSameMetrics, type Score, summarizeMetrics } from "./scores.js";

/** A finished run of one seed. Plain data that survives JSON: what is not a number there is `null`. */
export interface SeedRecord extends RunEnd {
  readonly seed: number;
  /** By set, then by name of the metric. */
  readonly metrics: Readonly<Record<string, Metrics>>;
  /** `[N, units]` by set: float32 values. */
  readonly outputs: Readonly<Record<string, readonly number[]>>;
}

/** Progress of {@link repeatSeeds}. */
export interface SeedProgress extends StepProgress {
  readonly seed: number;
  /** Finished runs, `completed` ones included. */
  readonly runsDone: number;
  readonly runsTotal: number;
}

/** Options of {@link repeatSeeds}. */
export interface RepeatSeedsOptions extends SharedRunOptions {
  readonly training: LabelledFeatures;
  /** Evaluated after each epoch, never trained on. @defaultValue none */
  readonly validation?: LabelledFeatures;
  /**
   * Images by name that each run is tested on, such as `{ test, predict }`. `training` or `validation` itself, the very
   * object, may be one, for metrics of the training or validation set; sets may share images with each other.
   */
  readonly sets: Readonly<Record<string, LabelledFeatures>>;
  /** One run each, all different. */
  readonly seeds: readonly number[];
  /** How a run trains. Called once for each seed, so that optimisers start fresh. */
  readonly train: (seed: number) => RunTrainOptions;
  readonly score: Score;
  /** Awaited before the next run, so that the record can be written safely. Not called for `completed` ones. */
  readonly onRun?: (record: SeedRecord) => void | Promise<void>;
  /** Called after every step. */
  readonly onProgress?: (progress: SeedProgress) => void;
  /**
   * Records of runs that an earlier call with the same options has finished, in any order, also read back from
   * JSON. That data and training options were the same is up to the caller. @defaultValue none
   */
  readonly completed?: readonly SeedRecord[];
}

/** Result of several seeds on one split. */
export interface SeedRepeats {
  /** In the order of the seeds. */
  readonly runs: readonly SeedRecord[];
  /** Over the seeds, by set, then by metric. */
  readonly summary: Readonly<Record<string, Readonly<Record<string, Summary>>>>;
}

/**
 * Trains on one split with several seeds, to find how much of a metric depends on starting weights, order and
 * dropout. Runs share the features and an engine, and no weights. The same call gives the same records bit for bit
 * but for times, also when it resumes from `completed`.
 *
 * @throws {InvalidArgumentError} without seeds or sets, on a seed given twice, records or features that do not fit,
 * an optimiser or model that is used twice, metrics that differ in name between runs, and as {@link train}.
 * @throws {LeakageError} before any run, unless `leakage` is `"allow"`: on validation images related to training images,
 * and on sets related to either. Images are related that share a file, an image or a patient where both have origins,
 * or features bit for bit. Splits are `training`, `validation` and such as `set test`.
 * @throws {DivergenceError} when a run diverges.
 * @throws {InterruptedError} when `signal` fires; runs reported to `onRun` stay valid for `completed`.
 */
export async function repeatSeeds(options: RepeatSeedsOptions): Promise<SeedRepeats> {
  checkOptions(options, {
    ...SHARED,
    training: "object",
    validation: "object?",
    sets: "object",
    seeds: "numbers",
    train: "function",
    score: "function",
    onRun: "function?",
    onProgress: "function?",
    completed: "objects?",
  });
  const { seeds, sets, score } = options;
  checkSeeds(seeds);
  if (Object.keys(sets).length === 0)
    throw invalid("sets", 0, "expected at least one set of images, got none");
  refuseLeakingSets(options);
  const known = completedRuns(options);
  const runs = await runAll<number, SeedRecord>(options, seeds, {
    known: (seed) => known.get(seed),
    prepare: (seed, runsDone) => ({
      seed,
      training: options.training,
      validation: options.validation,
      sets,
      train: options.train(seed),
      onStep: (progress) => options.onProgress?.({ ...progress, seed, runsDone, runsTotal: seeds.length }),
    }),
    record: (seed, outputs, end) => ({
      seed,
      metrics: metricsOf(sets, outputs, score),
      outputs: mapValues(outputs, (values) => [...values]),
      ...end,
    }),
    rescore: (_, old) => ({
      ...old,
      metrics: metricsOf(
        sets,
        mapValues(old.outputs, (values) => Float32Array.from(values)),
        score,
      ),
    }),
    compare(first, other) {
      for (const name of Object.keys(sets)) requireSameMetrics(first.metrics[name]!, other.metrics[name]!);
    },
    onRecord: options.onRun,
  });
  return {
    runs,
    summary: mapValues(sets, (_, name) => summarizeMetrics(runs.map(({ metrics }) => metrics[name]!))),
  };
}

/** Looks at all sets before the first run, since runs take hours. */
function refuseLeakingSets({ training, validation, sets, leakage = "refuse" }: RepeatSeedsOptions): void {
  checkLengths("training", training);
  refuseDeadFeatures("training", training);
  if (validation) checkLengths("validation", validation);
  for (const [name, set] of Object.entries(sets)) checkLengths(name, set);
  if (validation) refuseLeakage({ training, validation }, leakage);
  const fitted = validation ? { training, validation } : { training };
  for (const [name, set] of Object.entries(sets)) {
    if (set === training || set === validation) continue;
    refuseLeakage({ ...fitted, [`set ${name}`]: set }, leakage);
  }
}

function metricsOf(
  sets: RepeatSeedsOptions["sets"],
  outputs: Readonly<Record<string, Float32Array>>,
  score: Score,
): SeedRecord["metrics"] {
  return mapValues(sets, ({ labels }, name) => {
    const own = outputs[name]!;
    return metricsBy(score, labels, asScores(own, own.length / labels.length));
  });
}

function checkSeeds(seeds: readonly number[]): void {
  if (seeds.length === 0) throw invalid("seeds", 0, "expected at least one seed, got none");
  const twice = seeds.find((seed, place) => seeds.indexOf(seed) !== place);
  if (twice === undefined) return;
  throw invalid("seeds", twice, `expected different seeds, got ${twice} twice, which would be one run twice`);
}

function completedRuns({ completed = [], seeds, sets }: RepeatSeedsOptions): Map<number, SeedRecord> {
  const known = new Map<number, SeedRecord>();
  for (const record of completed) {
    const refuse = (what: string): never => {
      throw invalid("completed", record.seed, `expected records of these runs, got ${what}; leave it out`);
    };
    const { seed, outputs } = record;
    if (!seeds.includes(seed)) refuse(`one of seed ${seed}`);
    if (known.has(seed)) refuse(`two of seed ${seed}`);
    for (const [name, { labels }] of Object.entries(sets)) {
      const own = outputs[name] ?? refuse(`one of seed ${seed} without set "${name}"`);
      if (own.length === 0 || own.length % labels.length !== 0 || !own.every(Number.isFinite)) {
        refuse(
          `${own.length} outputs, or some that are no numbers, for ${labels.length} images of set "${name}"`,
        );
      }
    }
    known.set(seed, record);
  }
  return known;
}

function mapValues<T, R>(
  record: Readonly<Record<string, T>>,
  map: (value: T, name: string) => R,
): Record<string, R> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value, name)]));
}

function invalid(parameter: string, value: unknown, message: string): InvalidArgumentError {
  return new InvalidArgumentError({ parameter, value, message });
}
