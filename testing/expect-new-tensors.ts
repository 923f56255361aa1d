import { expect } from "@jest/globals";
import { memory } from "@tensorflow/tfjs-core";

/** Runs `work` and fails unless it leaves exactly `expected` more TensorFlow.js tensors than before. */
export async function expectNewTensors<T>(work: () => T | Promise<T>, expected = 0): Promise<T> {
  const before = memory().numTensors;
  const result = await work();
  expect(memory().numTensors - before).toBe(expected);
  return result;
}
