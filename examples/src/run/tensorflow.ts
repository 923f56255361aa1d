import "@tensorflow/tfjs-backend-cpu";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";

/**
 * Registers the pure JavaScript backend, which here only holds weights: onnxruntime computes. Production mode leaves
 * out the advice to install another backend.
 */
export async function useTensorFlow(): Promise<void> {
  enableProdMode();
  await setBackend("cpu");
}
