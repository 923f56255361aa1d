import type { GraphBuilder } from "../graph/graph-builder.js";

/** Names of the losses, as Keras has them. */
export type LossName = "binaryCrossentropy" | "categoricalCrossentropy";

/** A loss, averaged over the batch, and its gradient in the value it was computed from. */
export interface EmittedLoss {
  readonly loss: string;
  readonly gradient: string;
}

/** What outputs are compared with. */
export interface Targets {
  /** `[N, units]`. */
  readonly labels: string;
  /** Factor of each row's loss, `[N, 1]`; absent: 1. */
  readonly sampleWeights?: string;
}

/** Emits one loss. Outputs are `[N, units]`. */
export interface Loss {
  /** The activation whose input the loss is computed from when it stands last: exact where outputs saturate. */
  readonly fusedActivation: "sigmoid" | "softmax";
  fromLogits(graph: GraphBuilder, logits: string, outputs: string, targets: Targets): EmittedLoss;
  fromOutputs(graph: GraphBuilder, outputs: string, targets: Targets): EmittedLoss;
}
