import { InvalidArgumentError } from "@covidxr/core";
import { valueAtRank } from "../internal/value-at-rank.js";

/** How probabilities are put into bins. */
export interface BinOptions {
  /** Number of bins, 1 or more. @defaultValue 10 */
  readonly bins?: number;
  /**
   * `"uniform"`: bins of equal width on [0, 1]; `"quantile"`: bins that hold about as many samples each, with edges at
   * the quantiles of the probabilities.
   * @defaultValue "uniform"
   */
  readonly strategy?: "uniform" | "quantile";
}

/** Samples of one bin. */
export interface ProbabilityBin {
  readonly low: number;
  readonly high: number;
  readonly samples: number[];
}

/** Bins that hold a sample, rising. A probability on an edge belongs to the bin below it, as in scikit-learn. */
export function probabilityBins(probabilities: ArrayLike<number>, options: BinOptions): ProbabilityBin[] {
  const { bins = 10, strategy = "uniform" } = options;
  if (!Number.isInteger(bins) || bins < 1) {
    throw new InvalidArgumentError({
      parameter: "bins",
      value: bins,
      message: `expected an integer of 1 or more, got ${bins}; pass 10`,
    });
  }
  if (strategy !== "uniform" && strategy !== "quantile") {
    throw new InvalidArgumentError({
      parameter: "strategy",
      value: strategy,
      message: `expected "uniform" or "quantile", got ${JSON.stringify(strategy)}`,
    });
  }
  if (probabilities.length === 0) return [];
  const sorted = strategy === "quantile" ? Float64Array.from(probabilities).sort() : null;
  const edges = Float64Array.from({ length: bins + 1 }, (_, i) =>
    sorted === null ? i / bins : valueAtRank(sorted, (i * (sorted.length - 1)) / bins),
  );
  const samples = Array.from({ length: bins }, (): number[] => []);
  for (let i = 0; i < probabilities.length; i++) samples[binOf(probabilities[i]!, edges)]!.push(i);
  return samples
    .map((members, bin) => ({ low: edges[bin]!, high: edges[bin + 1]!, samples: members }))
    .filter((bin) => bin.samples.length > 0);
}

/** Number of inner edges below the probability. */
function binOf(probability: number, edges: Float64Array): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (edges[middle + 1]! < probability) low = middle + 1;
    else high = middle;
  }
  return low;
}
