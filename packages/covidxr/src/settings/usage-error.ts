import { InvalidArgumentError } from "@covidxr/core";

/** A command line that cannot be run; its cause says why. */
class UsageError extends Error {
  override readonly name = "UsageError";
}

/**
 * Reads something from a command line.
 *
 * @throws {UsageError} in place of an {@link InvalidArgumentError}.
 */
export async function usage<T>(read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    throw asUsage(cause);
  }
}

/** A {@link UsageError} of an {@link InvalidArgumentError}; other errors as they are. */
export function asUsage(cause: unknown): unknown {
  return cause instanceof InvalidArgumentError ? new UsageError(cause.message, { cause }) : cause;
}
