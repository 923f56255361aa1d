import { InterruptedError } from "./errors.js";

/** Throws {@link InterruptedError} when `signal` has fired; call it between the steps of a long operation. */
export function throwIfInterrupted(signal: AbortSignal | undefined, operation: string): void {
  if (signal?.aborted) {
    throw new InterruptedError({ operation, message: `${operation} was interrupted` });
  }
}
