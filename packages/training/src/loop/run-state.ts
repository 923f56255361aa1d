import { FileError } from "@covidxr/core";
import type { Weights } from "../engine/engine.js";
import type { Optimizer } from "../optimizers/optimizer.js";
import type { Checkpoint } from "./checkpoints.js";
import type { EarlyStopping, EarlyStoppingState } from "./early-stopping.js";
import type { EpochRecord } from "./train-options.js";

/** Everything that changes from epoch to epoch: with it a run continues as if it had never stopped. */
export interface RunState {
  readonly weights: Weights;
  readonly optimizer: Optimizer;
  readonly history: EpochRecord[];
  readonly stopping: EarlyStopping | undefined;
  /** Weights of the best epoch so far, with early stopping. */
  best: Weights | undefined;
  /** Whether early stopping has ended the run. */
  stoppedEarly: boolean;
}

interface SavedState {
  readonly key: string;
  readonly steps: number;
  readonly history: readonly Readonly<Record<keyof EpochRecord, number | null>>[];
  readonly stopping: EarlyStoppingState | undefined;
  readonly stoppedEarly: boolean;
}

/** The run as it is now. The arrays are the run's own. */
export function toCheckpoint(run: RunState, key: string): Checkpoint {
  const { steps, slots } = run.optimizer.state();
  const arrays = new Map<string, Float32Array>();
  for (const [name, { data }] of run.weights) arrays.set(`weight:${name}`, data);
  for (const [name, data] of slots) arrays.set(`optimizer:${name}`, data);
  for (const [name, { data }] of run.best ?? []) arrays.set(`best:${name}`, data);
  const state: Omit<SavedState, "history"> & { history: readonly EpochRecord[] } = {
    key,
    steps,
    history: run.history,
    stopping: run.stopping?.state(),
    stoppedEarly: run.stoppedEarly,
  };
  return { epoch: run.history.length, state, arrays };
}

/** Key of the run that a checkpoint belongs to. */
export const keyOf = (checkpoint: Checkpoint): unknown => (checkpoint.state as SavedState | null)?.key;

/**
 * Puts a run back to where a checkpoint of it was made.
 *
 * @param folder Where the checkpoint is, for the error.
 * @throws {FileError} `"corrupt"` when it is not one that this run could have written: its digest is right, but somebody else's.
 */
export function restoreRun(run: RunState, checkpoint: Checkpoint, folder: string): void {
  const fault = faultOf(run, checkpoint);
  if (fault !== undefined) {
    throw new FileError({
      path: folder,
      reason: "corrupt",
      message: `expected a checkpoint that this run wrote, got one whose ${fault} is not of it; remove it, and the run resumes from the one before`,
    });
  }
  const { state, arrays } = checkpoint;
  const saved = state as SavedState;
  const startingWith = (prefix: string) =>
    new Map(
      [...arrays].flatMap(([name, data]) =>
        name.startsWith(prefix) ? [[name.slice(prefix.length), data] as const] : [],
      ),
    );
  for (const [name, data] of startingWith("weight:")) run.weights.get(name)!.data.set(data);
  run.optimizer.restore({ steps: saved.steps, slots: startingWith("optimizer:") });
  // JSON has no NaN: metrics of a run without validation were written as null.
  run.history.push(
    ...saved.history.map((record) => ({
      epoch: record.epoch!,
      loss: record.loss!,
      accuracy: record.accuracy!,
      validationLoss: record.validationLoss ?? Number.NaN,
      validationAccuracy: record.validationAccuracy ?? Number.NaN,
      seconds: record.seconds!,
    })),
  );
  if (saved.stopping !== undefined) run.stopping?.restore(saved.stopping);
  run.stoppedEarly = saved.stoppedEarly;
  const best = startingWith("best:");
  run.best =
    best.size === 0
      ? undefined
      : new Map([...run.weights].map(([name, { dims }]) => [name, { data: best.get(name)!, dims }]));
}

/** The first part of a checkpoint that does not fit the run; undefined when all do. */
function faultOf(run: RunState, { epoch, state, arrays }: Checkpoint): string | undefined {
  const { steps, history, stopping, stoppedEarly } = state as Record<keyof SavedState, unknown>;
  if (!isCount(steps)) return "number of steps";
  if (typeof stoppedEarly !== "boolean") return "stoppedEarly";
  const isHistory =
    Array.isArray(history) &&
    history.length === epoch &&
    history.every((record, i) => isRecord(record, i + 1));
  if (!isHistory) return "history";
  if ((stopping === undefined) !== (run.stopping === undefined)) return "early stopping";
  if (stopping !== undefined) {
    const { bestEpoch, bestValue, waited } = (stopping ?? {}) as Record<keyof EarlyStoppingState, unknown>;
    const isStopping =
      isCount(waited) &&
      (bestEpoch === null
        ? bestValue === null
        : isCount(bestEpoch) && bestEpoch <= epoch && isNumber(bestValue));
    if (!isStopping) return "early stopping";
  }
  const hasBest = [...arrays.keys()].some((name) => name.startsWith("best:"));
  for (const [name, { data }] of run.weights) {
    for (const kind of hasBest ? ["weight", "best"] : ["weight"]) {
      if (arrays.get(`${kind}:${name}`)?.length !== data.length) return `array ${kind}:${name}`;
    }
  }
  for (const [name, array] of arrays) {
    const isOwn = /^(weight|best):/.test(name)
      ? run.weights.has(name.slice(name.indexOf(":") + 1))
      : name.startsWith("optimizer:");
    if (!isOwn || !array.every((value) => value * 0 === 0))
      return `array ${JSON.stringify(name).slice(0, 60)}`;
  }
  return undefined;
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

const isNumber = (value: unknown): boolean => Number.isFinite(value);

function isRecord(record: unknown, epoch: number): boolean {
  const { validationLoss, validationAccuracy, ...others } = (record ?? {}) as Record<
    keyof EpochRecord,
    unknown
  >;
  const metrics = [others.loss, others.accuracy, others.seconds];
  return (
    others.epoch === epoch &&
    metrics.every(isNumber) &&
    [validationLoss, validationAccuracy].every((value) => value === null || isNumber(value))
  );
}
