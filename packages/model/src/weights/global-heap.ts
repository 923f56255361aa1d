import type { FileHandle } from "node:fs/promises";

/** Signature, version 1 and three reserved zeros. */
const COLLECTION = Buffer.from("GCOL\u0001\u0000\u0000\u0000", "latin1");
/** Bytes in front of the objects of a collection, and in front of each object. */
const HEADER_BYTES = 16;
/** Of the file that are searched at a time. */
const CHUNK_BYTES = 2 ** 22;

/**
 * Position of the first object in a global heap, where HDF5 keeps texts, that cannot be: free space of no size, on which libhdf5
 * 2.0.0 never returns, or an object that ends outside its collection. Undefined where there is none.
 *
 * HDF5 File Format Specification 3.0, section III.E.
 */
export async function findBrokenHeap(file: FileHandle): Promise<number | undefined> {
  const chunk = Buffer.alloc(CHUNK_BYTES);
  for (let start = 0; ; start += CHUNK_BYTES - COLLECTION.length) {
    const { bytesRead } = await file.read(chunk, 0, CHUNK_BYTES, start);
    const part = chunk.subarray(0, bytesRead);
    for (let at = part.indexOf(COLLECTION); at !== -1; at = part.indexOf(COLLECTION, at + 1)) {
      const broken = await brokenObject(file, start + at);
      if (broken !== undefined) return broken;
    }
    if (bytesRead < CHUNK_BYTES) return undefined;
  }
}

async function brokenObject(file: FileHandle, start: number): Promise<number | undefined> {
  const header = Buffer.alloc(HEADER_BYTES);
  await file.read(header, 0, HEADER_BYTES, start);
  const end = start + Number(header.readBigUInt64LE(8));
  for (let at = start + HEADER_BYTES; at + HEADER_BYTES <= end; ) {
    const { bytesRead } = await file.read(header, 0, HEADER_BYTES, at);
    if (bytesRead < HEADER_BYTES) return at;
    const index = header.readUInt16LE(0);
    const size = Number(header.readBigUInt64LE(8));
    // Free space counts its own header; objects are padded to eight bytes.
    const bytes = index === 0 ? size : HEADER_BYTES + Math.ceil(size / 8) * 8;
    if (bytes < HEADER_BYTES || at + bytes > end) return at;
    at += bytes;
  }
  return undefined;
}
