import { createRng } from "@covidxr/core";
import { auc, bootstrap } from "@covidxr/metrics";

const SCORES = 10_000;
const RESAMPLES = 1_000;

/** Times 1,000 resamples of an AUC over 10,000 scores, and sorting anew for each of fifty of them. */
export function benchBootstrap(): void {
  const rng = createRng(0, { purpose: "bench" });
  const truth = Array.from({ length: SCORES }, () => rng.integer(2));
  const scores = truth.map((label) => rng.normal() + label);
  const seconds = (metric: typeof auc, resamples: number, method: "bca" | "percentile") => {
    const start = performance.now();
    bootstrap(truth, scores, { metric, seed: 0, resamples, method });
    return (performance.now() - start) / 1000;
  };
  const plain = seconds(auc, RESAMPLES, "percentile");
  const corrected = seconds(auc, RESAMPLES, "bca");
  const few = RESAMPLES / 20;
  const naive = seconds((labels, own) => auc(labels, own), few, "percentile") * 20;
  console.log(
    `bootstrap of an AUC, ${RESAMPLES} resamples of ${SCORES} scores: ${plain.toFixed(2)} s (percentile), ` +
      `${corrected.toFixed(2)} s (BCa); ${(plain / naive).toFixed(3)} times sorting each resample anew`,
  );
}
