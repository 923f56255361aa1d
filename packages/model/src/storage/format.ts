/** Name of the description in a model folder; TensorFlow.js' loaders are pointed at it. */
export const MODEL_FILE = "model.json";

/** Version of what `userDefinedMetadata` holds. */
export const FORMAT_VERSION = 1;

/** Name of the values: their digest, so that the values of two models never share a name. */
export function weightsFile(sha256: string): string {
  return `weights-${sha256}.bin`;
}

/** Files that this package writes into a model folder, half-written ones included. */
export const OWN_FILE = /^(model\.json\.\d+|weights-[0-9a-f]{64}\.bin(\.\d+)?)$/;
