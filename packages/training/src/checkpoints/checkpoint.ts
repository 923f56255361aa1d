/** The state of something at the end of an epoch, as arrays and plain JSON. */
export interface Checkpoint {
  /** 1-based epoch that was finished. */
  readonly epoch: number;
  /** Plain JSON; NaN and infinite numbers become null. */
  readonly state: unknown;
  readonly arrays: ReadonlyMap<string, Float32Array>;
}
