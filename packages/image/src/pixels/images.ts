/** Pixels of an upright radiograph: eight bits a channel, red, green, blue. */
export interface RgbImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width * 3` values, row-major, channels last. */
  readonly data: Uint8Array;
}

/** Pixels with one channel of eight bits. */
export interface GreyImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width` values, row-major. */
  readonly data: Uint8Array;
}

/** Pixels of 0 to 255 that need not be whole numbers. */
export interface FloatImage {
  /** Columns. */
  readonly width: number;
  /** Rows. */
  readonly height: number;
  /** `height * width * 3` values, row-major, channels last. */
  readonly data: Float32Array;
}
