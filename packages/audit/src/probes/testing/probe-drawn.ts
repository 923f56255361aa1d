import { pixelEmbedder } from "../pixel-embedder.js";
import type { AucEstimate, ProbeResult } from "../probe-result.js";
import { type RunProbesOptions, runProbes } from "../run-probes.js";
import { type CohortPlan, drawCohort } from "./probe-images.js";

/** Model to compare with. */
export const MODEL: AucEstimate = {
  value: 0.9,
  low: 0.8,
  high: 1,
  level: 0.95,
  method: "DeLong",
  negatives: 15,
  positives: 16,
};

/** Reads drawn pictures. */
export const SMALL_PIXELS = pixelEmbedder({ side: 12 });

/** Verdicts of probes that see nothing. */
export const CHANCE = {
  border: "chance",
  "lungs-covered": "chance",
  thumbnail: "chance",
  "grey-levels": "chance",
  "size-and-format": "chance",
};

/** Runs the probes on drawn images. */
export function probeDrawn(
  plan: CohortPlan,
  options: Partial<RunProbesOptions> = {},
): Promise<ProbeResult[]> {
  return runProbes({
    images: drawCohort(plan),
    embedder: SMALL_PIXELS,
    seed: 3,
    model: MODEL,
    ...options,
  });
}

/** Verdicts of the probes of the label, by their names. */
export function verdictsOf(results: readonly ProbeResult[]): Record<string, ProbeResult["verdict"]> {
  return Object.fromEntries(
    results
      .filter(({ target, name }) => target === "label" && name !== "whole-image")
      .map(({ name, verdict }) => [name, verdict]),
  );
}
