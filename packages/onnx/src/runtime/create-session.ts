import { loadRuntime } from "./load-runtime.js";
import { openSession } from "./open-session.js";
import type { Session, SessionOptions } from "./session.js";

/**
 * Loads the bytes of an `.onnx` file into onnxruntime-node or, where that has no binary for the platform, into
 * onnxruntime-web.
 *
 * @throws {InvalidArgumentError} with parameter `"providers"` when none of them works, naming those that the build has; with
 * parameter `"runtime"` when no onnxruntime loads.
 */
export async function createSession(bytes: Uint8Array, options: SessionOptions = {}): Promise<Session> {
  return openSession(await loadRuntime(options.runtime), bytes, options);
}
