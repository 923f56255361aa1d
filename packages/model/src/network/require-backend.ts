import { InvalidArgumentError } from "@covidxr/core";
import { getBackend, ready } from "@tensorflow/tfjs-core";

/**
 * Waits for the TensorFlow.js backend that the program has registered.
 * @throws {InvalidArgumentError} (`backend`) when there is none, or it does not start.
 */
export async function requireBackend(): Promise<void> {
  try {
    await ready();
  } catch (cause) {
    throw new InvalidArgumentError({
      parameter: "backend",
      value: getBackend(),
      message:
        `expected a TensorFlow.js backend that starts, got none (${(cause as Error).message}); ` +
        `import "@tensorflow/tfjs-backend-cpu" or another backend first`,
      cause,
    });
  }
}
