import { binaryCrossentropy } from "./binary-crossentropy.js";
import { categoricalCrossentropy } from "./categorical-crossentropy.js";
import type { Loss, LossName } from "./loss.js";

/** Every loss by its name. */
export const LOSSES: Readonly<Record<LossName, Loss>> = { binaryCrossentropy, categoricalCrossentropy };
