import { getBackend, setBackend } from "@tensorflow/tfjs-core";

/**
 * Runs `work` on a backend that is initialised already, and puts the program's own back. Nothing can come in between:
 * TensorFlow.js sets such a backend before `setBackend` returns its promise.
 */
export function withBackend<T>(backend: string, work: () => T): T {
  const before = getBackend();
  void setBackend(backend);
  try {
    return work();
  } finally {
    void setBackend(before);
  }
}
