import { setImmediate } from "node:timers/promises";
import { throwIfInterrupted } from "@covidxr/core/internal";

/** Lets other work, such as a signal's, be done; `share` is how much of one's own is done, from 0 to 1. */
export type Pause = (share: number) => Promise<void>;

/**
 * Makes a {@link Pause} that tells progress in whole numbers up to `total`, each at most once and rising.
 *
 * @returns What rejects with {@link InterruptedError} once `signal` has fired.
 */
export function createPause(
  {
    signal,
    onProgress,
  }: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined;
  },
  total: number,
  operation: string,
): Pause {
  let told = 0;
  return async (share) => {
    await setImmediate();
    throwIfInterrupted(signal, operation);
    const done = Math.floor(share * total);
    if (done <= told) return;
    told = done;
    onProgress?.({ done, total });
  };
}
