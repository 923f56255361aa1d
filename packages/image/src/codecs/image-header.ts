/** What the bytes before the pixels say about a JPEG file. */
export interface JpegHeader {
  readonly format: "jpeg";
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly channels: number;
  /** Whether the three colour channels are luminance and chroma, rather than RGB. */
  readonly isYcc: boolean;
  /** Whether an Adobe marker is present; writers that add one store CMYK inverted. */
  readonly isAdobe: boolean;
  /** Whether scans add detail to the whole image, rather than each holding some channels in full. */
  readonly isProgressive: boolean;
  /** Names of the channels in the order of the frame. */
  readonly componentIds: readonly number[];
  /** EXIF orientation, 1 to 8; 1 when absent or unreadable. */
  readonly orientation: number;
  /** Where the first scan's marker starts; `undefined` when the bytes end before it. */
  readonly scanOffset: number | undefined;
}

/** What the bytes before the pixels say about a PNG file. */
export interface PngHeader {
  readonly format: "png";
  readonly width: number;
  readonly height: number;
  /** Bits of a channel, or of a palette's index. */
  readonly bitDepth: number;
  /** Values of a pixel as stored: 1 grey or an index, 2 with alpha, 3 colour, 4 with alpha. */
  readonly channels: number;
  readonly isInterlaced: boolean;
  /** Whether each pixel has an alpha value. */
  readonly hasAlpha: boolean;
}

export type ImageHeader = JpegHeader | PngHeader;

const ORIENTATION_TAG = 0x0112; // EXIF 2.32, table 4
const TYPE_SHORT = 3; // TIFF 6.0, section 2
const ENTRY_BYTES = 12;
const LITTLE_ENDIAN = 0x4949;
const BIG_ENDIAN = 0x4d4d;

/**
 * Reads the orientation from a TIFF block, the content of a JPEG's EXIF segment or of a PNG's eXIf chunk.
 *
 * @returns 1 to 8; 1 (as stored) when the tag is absent or the block is broken: an image is more important than
 * its annotations.
 */
export function exifOrientation(tiff: Uint8Array): number {
  const view = new DataView(tiff.buffer, tiff.byteOffset, tiff.byteLength);
  if (tiff.length < 8) return 1;
  const order = view.getUint16(0);
  if (order !== LITTLE_ENDIAN && order !== BIG_ENDIAN) return 1;
  const little = order === LITTLE_ENDIAN;
  const directory = view.getUint32(4, little);
  if (directory + 2 > tiff.length) return 1;
  const entries = view.getUint16(directory, little);
  for (let i = 0; i < entries; i++) {
    const entry = directory + 2 + i * ENTRY_BYTES;
    if (entry + ENTRY_BYTES > tiff.length) return 1;
    if (view.getUint16(entry, little) !== ORIENTATION_TAG) continue;
    const isOneShort =
      view.getUint16(entry + 2, little) === TYPE_SHORT && view.getUint32(entry + 4, little) === 1;
    const value = view.getUint16(entry + 8, little);
    return isOneShort && value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}
