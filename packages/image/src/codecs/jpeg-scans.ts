import { ImageError } from "@covidxr/core";
import type { JpegHeader } from "./image-header.js";
import { APP0, corrupt, DHT, EOI, SOS, segmentAt, truncated } from "./jpeg-header.js";

/**
 * Encoders write about ten scans, those that search for the smallest file up to thirty. A decoder passes over the whole image
 * once for each, so that some kilobytes of scans would keep it busy for minutes (libjpeg-turbo advises such a limit).
 */
const SCAN_LIMIT = 100;

/** Coefficients of a block. */
const COEFFICIENTS = 64;
/** Coarsest precision of a coefficient, in bits left out (T.81, table B.3). */
const MAX_SHIFT = 13;
const COM = 0xfe;

/** Tables, APPn, comments and further scans: all that may come between the first scan and the end. */
const mayFollowScan = (marker: number): boolean =>
  marker === DHT || (marker >= SOS && marker <= 0xdd) || (marker >= APP0 && marker <= 0xef) || marker === COM;

/** Bits that are still to come of each coefficient, by channel; -1 where no scan had any. */
type Progress = ReadonlyMap<number, Int8Array>;

/**
 * Walks the scans to the end marker, so that a truncated file is detected before it is decoded (decoders fill the
 * missing rows with grey), and one of too many scans is not decoded at all.
 *
 * @returns What the scans leave out, as a sentence; `undefined` of a complete file. Decoders show such an image coarser, or
 * without a channel, and say nothing.
 * @throws {ImageError} with reason `"truncated"` when the end marker is missing, `"corrupt"` when a marker is
 * where none may or scans do not follow one another, `"too-large"` on more than 100 scans.
 */
export function readJpegScans(bytes: Uint8Array, header: JpegHeader, name: string): string | undefined {
  const progress: Progress = new Map(
    header.componentIds.map((id) => [id, new Int8Array(COEFFICIENTS).fill(-1)]),
  );
  let scans = 0;
  let offset = header.scanOffset ?? bytes.length;
  for (;;) {
    const segment = segmentAt(bytes, offset, name);
    if (segment === undefined) throw truncated(bytes, name);
    const { marker, content, end } = segment;
    if (marker === EOI) return whatIsLeftOut(progress);
    if (!mayFollowScan(marker)) throw corrupt(name, `marker ff${marker.toString(16)} among the pixels`);
    if (marker === SOS) {
      if (++scans > SCAN_LIMIT) throw tooManyScans(name);
      takeScan(content, header, progress, name);
    }
    offset = marker === SOS ? endOfScan(bytes, end) : end;
  }
}

/** Takes note of what a scan brings. Refuses what libjpeg warns of, so that both decoders refuse the same files. */
function takeScan(content: Uint8Array, header: JpegHeader, progress: Progress, name: string): void {
  const count = content[0] ?? 0;
  if (count < 1 || count > 4 || content.length < 4 + count * 2) throw corrupt(name, "a broken scan header");
  const [first, last, precision] = content.subarray(1 + count * 2) as unknown as [number, number, number];
  const before = precision >> 4;
  const left = precision & 15;
  if (header.isProgressive) {
    const isBand = first === 0 ? last === 0 : first <= last && last < COEFFICIENTS && count === 1;
    if (!isBand || left > MAX_SHIFT || (before !== 0 && before !== left + 1)) {
      throw corrupt(name, `a scan of coefficients ${first} to ${last} that no encoder writes`);
    }
  }
  for (let i = 0; i < count; i++) {
    const bits = progress.get(content[1 + i * 2]!);
    if (bits === undefined) throw corrupt(name, "a scan of a channel that the frame does not have");
    if (!header.isProgressive) {
      bits.fill(0);
      continue;
    }
    for (let k = first; k <= last; k++) {
      // T.81, G.1.1.1: the mean of a block comes before its detail, and each scan goes on where the last one stopped.
      if (Math.max(bits[k]!, 0) !== before || (first > 0 && bits[0]! < 0)) {
        throw corrupt(name, "a scan that does not go on where the last one stopped");
      }
      bits[k] = left;
    }
  }
}

function whatIsLeftOut(progress: Progress): string | undefined {
  const all = [...progress.values()];
  const absent = all.filter((bits) => bits[0]! < 0).length;
  if (absent > 0) return incomplete(`${absent} of ${all.length} channels`);
  const coarse = Math.max(...all.map((bits) => bits.filter((left) => left !== 0).length));
  return coarse > 0 ? incomplete(`${coarse} of ${COEFFICIENTS} coefficients`) : undefined;
}

function incomplete(missing: string): string {
  return `incomplete: its scans end before ${missing} are complete, as in a file cut short; fetch the file again`;
}

/** Where the entropy-coded bytes that start at `offset` end: at the next marker that is neither stuffing nor restart. */
function endOfScan(bytes: Uint8Array, offset: number): number {
  let position = bytes.indexOf(0xff, offset);
  while (position >= 0 && position + 1 < bytes.length) {
    const next = bytes[position + 1]!;
    const isData = next === 0 || (next >= 0xd0 && next <= 0xd7);
    if (!isData) return position;
    position = bytes.indexOf(0xff, position + 2);
  }
  return bytes.length;
}

function tooManyScans(name: string): ImageError {
  return new ImageError({
    image: name,
    reason: "too-large",
    message: `expected at most ${SCAN_LIMIT} scans, got more; save the image anew, which writes about ten`,
  });
}
