import { type Fingerprint, THUMBNAIL_SIDE } from "../../fingerprints/fingerprint.js";

/** Rows and columns of what the thumbnail probe sees. */
export const THUMBNAIL_PROBE_SIDE = 16;

const BLOCK = THUMBNAIL_SIDE / THUMBNAIL_PROBE_SIDE;

/** The thumbnail of a fingerprint, averaged to 16 × 16 grey values from 0 to 255, row-major. */
export function thumbnailFeatures({ thumbnail }: Fingerprint): Float64Array {
  const features = new Float64Array(THUMBNAIL_PROBE_SIDE ** 2);
  for (let row = 0; row < THUMBNAIL_SIDE; row++) {
    const to = Math.floor(row / BLOCK) * THUMBNAIL_PROBE_SIDE;
    for (let column = 0; column < THUMBNAIL_SIDE; column++) {
      features[to + Math.floor(column / BLOCK)]! += thumbnail[row * THUMBNAIL_SIDE + column]! / BLOCK ** 2;
    }
  }
  return features;
}
