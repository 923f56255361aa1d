/** What the bytes before the pixels say about a JPEG file. */
export interface JpegHeader {
  readonly format: "jpeg";
  readonly width: number;
  readonly height: number;
  /** 1 grey, 3 colour, 4 CMYK. */
  readonly channels: number;
  /** Whether the three colour channels are luminance and chroma, rather than RGB as they stand. */
  readonly isYcc: boolean;
  /** Whether an Adobe marker is present; writers that leave one store CMYK inverted. */
  readonly isAdobe: boolean;
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
  readonly bitDepth: number;
}

export type ImageHeader = JpegHeader | PngHeader;
