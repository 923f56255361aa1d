/** x³² + x²⁶ + … + 1 without its highest term, bits reversed. */
const POLYNOMIAL = 0xedb88320;

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) {
    remainder = remainder & 1 ? (remainder >>> 1) ^ POLYNOMIAL : remainder >>> 1;
  }
  return remainder >>> 0;
});

/**
 * CRC-32 of ISO 3309 and ITU-T V.42, as archives have it (APPNOTE.TXT 4.4.7).
 *
 * @param before Checksum of the bytes before these. @defaultValue 0, that of no bytes
 * @returns Between 0 and 2³² - 1.
 */
export function crc32(bytes: Uint8Array, before = 0): number {
  const table = TABLE;
  const { length } = bytes;
  let value = ~before;
  for (let i = 0; i < length; i++) value = (value >>> 8) ^ table[(value ^ bytes[i]!) & 0xff]!;
  return ~value >>> 0;
}
