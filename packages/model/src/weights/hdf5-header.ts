const SIGNATURE = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];

/** Bytes from the start of a file that {@link readHdf5Header} looks at. */
export const HDF5_HEADER_BYTES = 48;

/**
 * Whether a file is HDF5, and how long it says it is: the superblock's end-of-file address, which tells an
 * interrupted download from a whole file before the HDF5 library complains about it on stderr.
 *
 * HDF5 File Format Specification 3.0, section II.A: the address stands at byte 40 of superblock version 0, at
 * byte 28 of versions 2 and 3. Other layouts are left to the library (`bytes` undefined).
 *
 * @param header The first {@link HDF5_HEADER_BYTES} bytes of the file, or all of it when it is shorter.
 */
export function readHdf5Header(header: Uint8Array): { isHdf5: boolean; bytes: number | undefined } {
  const isHdf5 = SIGNATURE.every((byte, index) => header[index] === byte);
  if (!isHdf5 || header.length < HDF5_HEADER_BYTES) return { isHdf5, bytes: undefined };
  const view = new DataView(header.buffer, header.byteOffset, header.byteLength);
  const version = view.getUint8(8);
  const addressBytes = view.getUint8(version === 0 ? 13 : 9);
  if (version === 1 || version > 3 || addressBytes !== 8) return { isHdf5, bytes: undefined };
  return { isHdf5, bytes: Number(view.getBigUint64(version === 0 ? 40 : 28, true)) };
}
