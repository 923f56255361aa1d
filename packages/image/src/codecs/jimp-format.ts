/** Raw pixels as jimp's codecs pass them. */
interface Bitmap {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array | Uint16Array;
}

/** One of jimp's codecs, without the conversions that `Jimp.read` and `getBuffer` wrap around it. */
export interface JimpFormat {
  decode(bytes: Buffer, options: Record<string, unknown>): Bitmap | Promise<Bitmap>;
  encode(bitmap: Bitmap, options: Record<string, unknown>): Uint8Array | Promise<Uint8Array>;
}

/** Finds jimp's codec for `mime`. Jimp is loaded on first use: it takes longer to load than to decode with. */
export async function jimpFormat(mime: "image/jpeg" | "image/png"): Promise<JimpFormat> {
  const { Jimp } = await import("jimp");
  const format = new Jimp({ width: 1, height: 1 }).formats.find((candidate) => candidate.mime === mime);
  return format as unknown as JimpFormat;
}
