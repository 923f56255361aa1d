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
export const keyOf = (checkpoint: Checkpoint): string => (checkpoint.state as SavedState).key;

/** Puts a run back to where a checkpoint of it was made. */
export function restoreRun(run: RunState, { state, arrays }: Checkpoint): void {
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
