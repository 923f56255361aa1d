/** Timers of a download; one object, so that tests can decide when a time is over. */
export const clock = {
  /** Resolves after a time, or rejects with the signal's reason as soon as it fires; leaves no timer behind. */
  wait(milliseconds: number, signal?: AbortSignal): Promise<void> {
    let timer: NodeJS.Timeout;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, milliseconds);
    });
    return (signal ? untilAborted(over, signal) : over).finally(() => clearTimeout(timer));
  },
  /** Calls `ring` after a time, counted from the last `restart`, unless stopped. */
  alarm(milliseconds: number, ring: () => void): { restart(): void; stop(): void } {
    const timer = setTimeout(ring, milliseconds);
    return { restart: () => timer.refresh(), stop: () => clearTimeout(timer) };
  },
};

/** The work's outcome, or the signal's reason as soon as it fires; does not stop the work itself. */
export function untilAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
