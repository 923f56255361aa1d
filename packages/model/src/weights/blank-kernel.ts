/** Equal values in a row that no training leaves: damage by a lost block of a disk. Pruning leaves shorter rows, or scattered zeros. */
const RUN = 65_536;

/** A kernel of fewer values may be one value by choice, such as a mean over channels. */
const FEWEST = 16;

/**
 * Says what is wrong with a kernel that was never trained, or lost its values; undefined when nothing is. Biases and the
 * statistics of a normalisation may well be one value throughout.
 *
 * @param name Name of the weight, such as `"block1_conv1/kernel"`.
 */
export function blankKernel(name: string, values: Float32Array): string | undefined {
  if (!/(kernel|embeddings)$/i.test(name) || values.length < FEWEST) return undefined;
  let start = 0;
  for (let i = 1; i <= values.length; i++) {
    if (i < values.length && values[i] === values[start]) continue;
    const length = i - start;
    if (length === values.length) return `has the value ${values[start]} throughout`;
    if (length >= RUN) return `has the value ${values[start]} ${length} times in a row`;
    start = i;
  }
  return undefined;
}
