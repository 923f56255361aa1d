import { expect, test } from "@jest/globals";
import {
  accuracy,
  auc,
  bootstrap,
  classificationReport,
  confusionMatrix,
  estimateClassMetrics,
  estimateMetrics,
  logLoss,
  mcnemarTest,
} from "./index.js";

const TRUTH = [0, 1, 0, 1];
const SCORES = [0.1, 0.9, 0.4, 0.6];
const as = (value: unknown) => value as never;

/** What a caller of plain JavaScript does, and the line that says so. */
test.each<[string, () => unknown, parameter: string, message: RegExp]>([
  [
    "swaps truth and scores",
    () => auc(SCORES, TRUTH),
    "truth",
    /got 0.1 at position 0; pass the truth first/,
  ],
  ["gives text", () => auc(as(["0", "1", "0", "1"]), SCORES), "truth", /got "0" at position 0; give numbers/],
  [
    "gives names",
    () => confusionMatrix(as(["covid"]), [1]),
    "truth",
    /got "covid" .*give numbers, not names/,
  ],
  ["gives a third class", () => auc([0, 1, 2, 1], SCORES), "truth", /got 2 at position 2; give two classes/],
  [
    "estimates three classes",
    () => estimateMetrics([0, 1, 2, 1], SCORES, { threshold: 0.5, seed: 0 }),
    "truth",
    /from 0 to 1, got 2 at position 2; give two classes as 0 and 1, such as one class against the rest$/,
  ],
  [
    "estimates classes from one probability each",
    () => estimateClassMetrics(TRUTH, as(SCORES), { seed: 0 }),
    "probabilities",
    /expected a row for each sample, .* got 0.1 at position 0; pass rows such as \[1 − p, p\]/,
  ],
  ["leaves out classCount", () => confusionMatrix([0, 2], [0, 1]), "truth", /got 2 .*pass classCount/],
  ["has too few columns", () => logLoss([2], [[0.5, 0.5]]), "truth", /got 2 .*a column for every class/],
  ["counts from 1", () => auc([1, 2, 1, 2], SCORES), "truth", /from 0 to 1, got 2/],
  ["has no class for a sample", () => auc([0, Number.NaN, 0, 1], SCORES), "truth", /got NaN .*leave out/],
  [
    "gives scores as predictions",
    () => classificationReport(TRUTH, SCORES),
    "predictions",
    /got 0.1 at position 0; turn scores into classes with applyThreshold/,
  ],
  ["gives scores to a test", () => mcnemarTest(TRUTH, SCORES, TRUTH), "predictionsA", /applyThreshold/],
  ["has too few scores", () => auc(TRUTH, [0.1]), "scores", /expected 4 values, .* got 1/],
  ["has no scores", () => auc(TRUTH, as(undefined)), "scores", /expected an array, got undefined/],
  ["gives NaN", () => auc(TRUTH, [0.1, Number.NaN, 0.2, 0.3]), "scores", /got NaN at position 1/],
  [
    "gives scores as text",
    () => auc(TRUTH, as(["0.1", "0.2", "0.3", "0.4"])),
    "scores",
    /got "0.1" at position 0/,
  ],
  ["gives samples for a matrix", () => accuracy(as(TRUTH)), "matrix", /expected an array, got 0/],
  ["forgets the metric", () => bootstrap(TRUTH, SCORES, as({ seed: 1 })), "metric", /expected a function/],
  [
    "returns nothing",
    () => bootstrap(TRUTH, SCORES, { seed: 1, metric: () => as(undefined) }),
    "metric",
    /gave undefined/,
  ],
  [
    "returns a curve",
    () => bootstrap(TRUTH, SCORES, { seed: 1, metric: () => as({}) }),
    "metric",
    /gave an object/,
  ],
  [
    "spells an option otherwise",
    () => bootstrap(TRUTH, SCORES, as({ seed: 1, metric: auc, n_resamples: 9 })),
    "n_resamples",
    /did you mean "resamples"/,
  ],
])("a caller who %s is told so", (_, call, parameter, message) => {
  expect(call).toThrow(
    expect.objectContaining({ kind: "invalid-argument", parameter, message: expect.stringMatching(message) }),
  );
});
