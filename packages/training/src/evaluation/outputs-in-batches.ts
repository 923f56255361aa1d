import type { FeatureArray } from "../features/feature-array.js";

/** Largest batch of an output pass; larger ones are no faster and take more memory. */
const OUTPUT_BATCH = 64;

/** Runs `run` over the images in batches and joins the outputs. */
export async function outputsInBatches(
  run: (features: readonly FeatureArray[]) => Promise<Float32Array>,
  values: readonly FeatureArray[],
  units: number,
): Promise<Float32Array> {
  const outputs = new Float32Array(values.length * units);
  for (let start = 0; start < values.length; start += OUTPUT_BATCH) {
    outputs.set(await run(values.slice(start, start + OUTPUT_BATCH)), start * units);
  }
  return outputs;
}
