/** Times of a run's stages, added up over stages of one name and over the processes of a run that went on. */
export interface Stopwatch {
  /** Starts a stage; the function that comes back ends it. */
  start(stage: string): () => void;
  /** Seconds of each stage so far, and `total` since the start. */
  seconds(): Readonly<Record<string, number>>;
}

/**
 * @param earlier Seconds of the run's earlier processes, with their `total`.
 * @param clock Milliseconds.
 */
export function startStopwatch(
  earlier: Readonly<Record<string, number>> = {},
  clock = () => performance.now(),
): Stopwatch {
  const { total = 0, ...stages } = earlier;
  const finished: Record<string, number> = { ...stages };
  const running = new Map<string, number>();
  const started = clock();
  const since = (moment: number): number => (clock() - moment) / 1000;
  const add = (to: Record<string, number>, stage: string, from: number): void => {
    to[stage] = (to[stage] ?? 0) + since(from);
  };
  return {
    start(stage) {
      const from = clock();
      running.set(stage, from);
      return () => {
        running.delete(stage);
        add(finished, stage, from);
      };
    },
    seconds() {
      const all = { ...finished };
      for (const [stage, from] of running) add(all, stage, from);
      return { ...all, total: total + since(started) };
    },
  };
}
