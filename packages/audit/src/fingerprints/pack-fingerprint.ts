import { type Fingerprint, THUMBNAIL_SIDE } from "./fingerprint.js";

/** A fingerprint without its path as the bytes of a JSON text, for a cache. */
export function packFingerprint({ path: _, ...fingerprint }: Fingerprint): Uint8Array {
  const thumbnail = Array.from(fingerprint.thumbnail);
  const histogram = Array.from(fingerprint.histogram);
  return Buffer.from(JSON.stringify({ ...fingerprint, thumbnail, histogram }));
}

/** The fingerprint again, under `path`; `undefined` when the bytes hold none. */
export function unpackFingerprint(content: Uint8Array, path: string): Fingerprint | undefined {
  try {
    const stored = JSON.parse(Buffer.from(content).toString());
    const thumbnail = Uint8Array.from(stored.thumbnail);
    const histogram = Float32Array.from(stored.histogram);
    if (thumbnail.length !== THUMBNAIL_SIDE ** 2 || histogram.length !== 256) return undefined;
    return { ...stored, path, thumbnail, histogram };
  } catch {
    return undefined;
  }
}
