import { InvalidArgumentError } from "@covidxr/core";

/**
 * Guards calls that share buffers: one that begins while another is under way is refused rather than given mixed data.
 *
 * @throws {InvalidArgumentError} with parameter `"engine"`, in the promise.
 */
export function oneCallAtATime(): <T>(call: () => Promise<T>) => Promise<T> {
  let busy = false;
  return async (call) => {
    if (busy) {
      throw new InvalidArgumentError({
        parameter: "engine",
        value: "busy",
        message:
          "expected one call at a time, got a second one; make an engine for each run that goes on at once",
      });
    }
    busy = true;
    try {
      return await call();
    } finally {
      busy = false;
    }
  };
}
