import "@tensorflow/tfjs-backend-cpu";
import { env, setBackend } from "@tensorflow/tfjs-core";

/** Runs TensorFlow.js on its pure JavaScript backend, without the advice it prints on first use. */
export async function useCpuBackend(): Promise<void> {
  env().set("IS_TEST", true);
  await setBackend("cpu");
}
