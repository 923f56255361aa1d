import { useCpuBackend } from "@covidxr/testing";
import { enableProdMode, env } from "@tensorflow/tfjs-core";

/**
 * Starts on the pure JavaScript backend with TensorFlow.js' own leak check off: it takes what the WebAssembly backend
 * (4.22) saves for a backward pass for a leak. `expectNewTensors` checks all the same.
 */
export async function useAnyBackend(): Promise<void> {
  await useCpuBackend();
  env().set("IS_TEST", false);
  enableProdMode();
}
