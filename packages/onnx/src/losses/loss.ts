import type { GraphBuilder } from "../graph/graph-builder.js";
import { binaryCrossentropy } from "./binary-crossentropy.js";
import { categoricalCrossentropy } from "./categorical-crossentropy.js";

/** Names of the losses, as Keras has them. */
export type LossName = "binaryCrossentropy" | "categoricalCrossentropy";

/** A loss, averaged over the batch, and its gradient in the value it was computed from. */
export interface EmittedLoss {
  readonly loss: string;
  readonly gradient: string;
}

/** Emits one loss. Labels and outputs are `[N, units]`. */
export interface Loss {
  /** The activation whose input the loss is computed from when it stands last: exact where outputs saturate. */
  readonly fusedActivation: "sigmoid" | "softmax";
  fromLogits(graph: GraphBuilder, logits: string, outputs: string, labels: string): EmittedLoss;
  fromOutputs(graph: GraphBuilder, outputs: string, labels: string): EmittedLoss;
}

export const LOSSES: Readonly<Record<LossName, Loss>> = { binaryCrossentropy, categoricalCrossentropy };
