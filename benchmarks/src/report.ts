export async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

/** What a time is compared with. */
export interface Against {
  readonly name: string;
  /** Seconds. */
  readonly median: number;
  /** Largest ratio that is asked for. */
  readonly bound?: number;
}

/** Prints a median with its ratios. @param times Seconds. */
export function report(what: string, times: readonly number[], ...against: readonly Against[]): void {
  const ratios = against.map(({ name, median: other, bound }) => {
    const limit = bound === undefined ? "" : ` (bound ${bound.toFixed(2)})`;
    return `, ${(median(times) / other).toFixed(3)} times ${name}${limit}`;
  });
  console.log(`${what}: ${(median(times) * 1000).toFixed(0)} ms${ratios.join("")}`);
}

/**
 * Prints the rate of the plain sums' operations; above 100 % of a matrix product's rate fewer operations were done.
 *
 * @param gigaOperations Of the work as plain sums.
 * @param time Seconds.
 * @param matrixProduct GFLOP/s.
 */
export function reportRate(gigaOperations: number, time: number, matrixProduct: number): void {
  const rate = gigaOperations / time;
  console.log(
    `  ${gigaOperations.toFixed(1)} GFLOP as plain sums, ${rate.toFixed(0)} GFLOP/s, ` +
      `${((100 * rate) / matrixProduct).toFixed(0)} % of the matrix product's rate`,
  );
}
