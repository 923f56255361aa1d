import { requireRange } from "./require-range.js";

/** Options of the optimisers' weight decay. */
export interface WeightDecayOptions {
  /** Strength λ, 0 or more. @defaultValue 0 */
  readonly weightDecay?: number;
  /**
   * Whether biases (weights named `…/bias`) decay as well. They do not by default: a bias acts on one unit rather than
   * on pairs of them, adds little variance when free, and may underfit when held back (Goodfellow, Bengio & Courville
   * 2016, "Deep Learning", section 7.1). PyTorch's and Keras' optimisers make no such difference.
   *
   * @defaultValue false
   */
  readonly decayBiases?: boolean;
}

/**
 * λ of a weight, by its name.
 *
 * @throws {InvalidArgumentError} on a negative or infinite λ.
 */
export function weightDecayOf({
  weightDecay = 0,
  decayBiases = false,
}: WeightDecayOptions): (name: string) => number {
  requireRange("weightDecay", weightDecay, 0, Number.MAX_VALUE);
  return (name) => (decayBiases || !name.endsWith("/bias") ? weightDecay : 0);
}
