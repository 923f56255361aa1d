import { expect, test } from "@jest/globals";
import { scoreOutputs } from "./score-outputs.js";

test("one unit: above 0.5 is positive, and the loss is Keras' mean binary cross-entropy", () => {
  const { loss, accuracy, outputs } = scoreOutputs(Float32Array.of(0.75, 0.5, 0.25, 1), [1, 1, 0, 1]);
  expect(accuracy).toBe(3 / 4);
  // Probabilities are kept 1e-7 from 0 and 1.
  expect(loss).toBeCloseTo((-2 * Math.log(0.75) - Math.log(0.5) - Math.log(1 - 1e-7)) / 4, 10);
  expect([...outputs]).toEqual([0.75, 0.5, 0.25, 1]);
});

test("several units: the largest names the class, the first of equals", () => {
  const outputs = Float32Array.of(0.25, 0.5, 0.25, 0.5, 0.5, 0);
  const { loss, accuracy } = scoreOutputs(outputs, [1, 1]);
  expect(accuracy).toBe(1 / 2);
  expect(loss).toBeCloseTo(-Math.log(0.5), 10);
});

test("a probability of 0 for the right class costs -log 1e-7, not infinity", () => {
  expect(scoreOutputs(Float32Array.of(0), [1]).loss).toBeCloseTo(-Math.log(1e-7), 4);
});
