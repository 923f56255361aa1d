import { ImageError, InvalidArgumentError } from "@covidxr/core";
import { checkNumber, checkOptions, describeValue } from "@covidxr/core/internal";

/** Which values of a 16-bit image become the grey levels 0 to 255, as DICOM's window centre and width (0028,1050 and 1051) say it. */
export interface IntensityWindow {
  /** The value in the middle, such as 2048 for values of twelve bits. */
  readonly center: number;
  /** Number of values, 1 or more, such as 4096. Values below the window become 0, those above it 255. */
  readonly width: number;
}

/** Values of a 16-bit image below which its largest value leaves the upper half of the range unused. */
const HALF_RANGE = 2 ** 15;
/** Fewer values than these in one place of the range are fewer than 16 of the 256 grey levels. */
const TWELVE_BITS = 2 ** 12;
const VALUES = 2 ** 16;

/** @throws {InvalidArgumentError} with parameter `"window"` or the field that is wrong. */
export function checkWindow(window: unknown): asserts window is IntensityWindow | "full" | undefined {
  if (window === undefined || window === "full") return;
  if (typeof window !== "object" || window === null || Array.isArray(window)) {
    throw new InvalidArgumentError({
      parameter: "window",
      value: window,
      message: `expected { center, width } or "full", got ${describeValue(window)}`,
    });
  }
  const { center, width } = window as IntensityWindow;
  checkOptions(window as IntensityWindow, { center: "number", width: "number" }, "window");
  checkNumber("window.center", center);
  checkNumber("window.width", width, { min: 1 });
}

/**
 * Samples of sixteen bits as eight: through a window, or their upper bytes (as libpng's strip-16 and Pillow's RGB modes do).
 *
 * @throws {ImageError} with reason `"narrow-range"` when no window is given and the upper bytes would hold little of the image.
 */
export function toEightBits(
  samples: Uint16Array,
  window: IntensityWindow | "full" | undefined,
  name: string,
): Uint8Array {
  const bytes = new Uint8Array(samples.length);
  if (window === undefined) checkRange(samples, name);
  if (window === undefined || window === "full") {
    for (let i = 0; i < bytes.length; i++) bytes[i] = samples[i]! >> 8;
    return bytes;
  }
  const levels = windowLevels(window);
  for (let i = 0; i < bytes.length; i++) bytes[i] = levels[samples[i]!]!;
  return bytes;
}

/** The grey level of each value: DICOM's linear window (PS3.3, C.11.2.1.2.1), rounded to the nearest level. */
function windowLevels({ center, width }: IntensityWindow): Uint8Array {
  const low = center - 0.5 - (width - 1) / 2;
  const high = center - 0.5 + (width - 1) / 2;
  const levels = new Uint8Array(VALUES);
  for (let value = 0; value < VALUES; value++) {
    if (value <= low) levels[value] = 0;
    else if (value > high) levels[value] = 255;
    else levels[value] = Math.round(((value - (center - 0.5)) / (width - 1) + 0.5) * 255);
  }
  return levels;
}

/** A single value is no narrow range: a blank image stays blank through any window. */
function checkRange(samples: Uint16Array, name: string): void {
  let low = VALUES;
  let high = 0;
  for (let i = 0; i < samples.length; i++) {
    const value = samples[i]!;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (low === high || (high >= HALF_RANGE && high - low >= TWELVE_BITS)) return;
  const bits = Math.ceil(Math.log2(high + 1));
  const window =
    high < HALF_RANGE
      ? { center: 2 ** (bits - 1), width: 2 ** bits }
      : { center: (low + high + 1) / 2, width: high - low + 1 };
  throw new ImageError({
    image: name,
    reason: "narrow-range",
    window,
    message:
      `expected values up to 65535 in a 16-bit PNG, got ${low} to ${high}${high < HALF_RANGE ? ` (${bits} bits)` : ""}, ` +
      `of which eight bits would keep ${(high >> 8) - (low >> 8) + 1} grey levels; decode it with ` +
      `window: { center: ${window.center}, width: ${window.width} }, or with "full" if that is meant`,
  });
}
