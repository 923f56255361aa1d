import codecs from "../../fixtures/codecs.json";
import reference from "../../fixtures/reference.json";
import type { RgbImage } from "../pixels/image.js";

/** Small files of every kind with Pillow's pixels; written by `fixtures/generate.py`, versions inside. */
export const FILES = codecs.files.map(({ name, bytes, rgb }) => ({
  name,
  bytes: fromBase64(bytes),
  expected: { width: codecs.width, height: codecs.height, data: fromBase64(rgb) } satisfies RgbImage,
}));

/** Files with an EXIF orientation and the upright pixels of Pillow's `exif_transpose`. */
export const ORIENTED = codecs.oriented.map(({ format, orientation, bytes, width, height, rgb }) => ({
  name: `${format} ${orientation}`,
  format,
  orientation,
  bytes: fromBase64(bytes),
  expected: { width, height, data: fromBase64(rgb) } satisfies RgbImage,
}));

/** Pillow's resize of {@link formulaPixels}. */
export const RESIZED = reference.resize.map(({ rgb, ...rest }) => ({ ...rest, data: fromBase64(rgb) }));

/** SciPy's affine warp of {@link formulaPixels}, as Keras calls it. */
export const WARPED = reference.warp.map(({ output, ...rest }) => ({
  ...rest,
  data: new Float32Array(fromBase64(output).buffer),
}));

/** Sides at which Pillow takes other pixels than the closed formula. */
export const NEAREST_POSITIONS = reference.nearest_positions;

/** The file of the given name. */
export function fixtureFile(name: string): (typeof FILES)[number] {
  const file = FILES.find((candidate) => candidate.name === name);
  if (file === undefined) throw new Error(`no fixture is named ${name}`);
  return file;
}

/** A JPEG's bytes before its first scan, and each scan with the tables that precede it. */
export function scansOf(bytes: Uint8Array): { head: Uint8Array; scans: Uint8Array[] } {
  const starts: number[] = [];
  let offset = 2;
  let from = 2;
  const ends: number[] = [];
  while (bytes[offset + 1] !== 0xd9) {
    const isScan = bytes[offset + 1] === 0xda;
    if (isScan) starts.push(starts.length === 0 ? offset : from);
    offset += 2 + bytes[offset + 2]! * 256 + bytes[offset + 3]!;
    if (!isScan) continue;
    while (bytes[offset] !== 0xff || bytes[offset + 1] === 0) offset++;
    ends.push(offset);
    from = offset;
  }
  return {
    head: bytes.subarray(0, starts[0]),
    scans: starts.map((start, i) => bytes.subarray(start, ends[i])),
  };
}

/** pixel(y, x, c) = (7y + 13x + 29c + (yx mod 11)) mod 256, the picture of the reference values. */
export function formulaPixels(height: number, width: number): RgbImage {
  const data = new Uint8Array(height * width * 3);
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++, i++) data[i] = 7 * y + 13 * x + 29 * c + ((y * x) % 11);
    }
  }
  return { height, width, data };
}

/** Largest and mean absolute difference; infinite when the lengths differ. */
export function difference(a: ArrayLike<number>, b: ArrayLike<number>): { max: number; mean: number } {
  if (a.length !== b.length) return { max: Number.POSITIVE_INFINITY, mean: Number.POSITIVE_INFINITY };
  let max = 0;
  let sum = 0;
  for (let i = 0; i < a.length; i++) {
    const distance = Math.abs(a[i]! - b[i]!);
    max = Math.max(max, distance);
    sum += distance;
  }
  return { max, mean: sum / a.length };
}

/** What `action` throws; fails when it throws nothing. */
export async function thrownBy(action: () => unknown): Promise<unknown> {
  try {
    await action();
  } catch (error) {
    return error;
  }
  throw new Error("expected an error, got none");
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(Buffer.from(text, "base64"));
}
