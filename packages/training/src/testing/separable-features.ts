import { createRng } from "@covidxr/core";
import type { LabelledFeatures } from "../features/labelled-features.js";
import { FEATURE_SHAPE } from "./shapes.js";

/** Features whose class shows in the mean of the first channel, with noise. */
export function separableFeatures(count: number, seed: number): LabelledFeatures {
  const size = FEATURE_SHAPE.reduce((a, b) => a * b, 1);
  const labels = Array.from({ length: count }, (_, i) => i % 2);
  const values = labels.map((label, index) => {
    const rng = createRng(seed, { purpose: "features", index });
    return Float32Array.from({ length: size }, (_, i) => rng.uniform() + (i % 4 === 0 ? label : 0));
  });
  return { values, labels };
}
