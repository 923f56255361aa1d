import { mkdtemp, open, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { findBrokenHeap } from "./global-heap.js";
import { withKerasFile } from "./keras-file.js";

const START = 104;

/** A file with a collection of 80 bytes: objects by their index and size, as it says. */
async function heapFile(...objects: (readonly [index: number, size: number])[]): Promise<string> {
  const bytes = Buffer.alloc(START + 80);
  bytes.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a]);
  bytes.write("GCOL\u0001", START, "latin1");
  bytes.writeBigUInt64LE(80n, START + 8);
  let at = START + 16;
  for (const [index, size] of objects) {
    bytes.writeUInt16LE(index, at);
    bytes.writeBigUInt64LE(BigInt(size), at + 8);
    at += 16 + Math.ceil(size / 8) * 8;
  }
  const path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "weights.h5");
  await writeFile(path, bytes);
  return path;
}

async function broken(path: string): Promise<number | undefined> {
  const file = await open(path);
  try {
    return await findBrokenHeap(file);
  } finally {
    await file.close();
  }
}

test("a whole heap has objects to its end, or free space there", async () => {
  expect(await broken(await heapFile([1, 5], [2, 24]))).toBeUndefined();
  expect(await broken(await heapFile([1, 5], [0, 40]))).toBeUndefined();
});

test.each([
  ["free space of no size", [0, 0] as const],
  ["an object that is too long", [2, 1000] as const],
  ["a length beyond all files", [2, 2 ** 63] as const],
])("%s is refused before the HDF5 library reads it", async (_, object) => {
  const bytes = await heapFile([1, 5]);
  expect(await broken(bytes)).toBe(START + 16 + 24);
  const file = await open(bytes, "r+");
  const header = Buffer.alloc(16);
  header.writeUInt16LE(object[0], 0);
  header.writeBigUInt64LE(BigInt(object[1]), 8);
  await file.write(header, 0, 16, START + 40);
  await file.close();
  expect(await broken(bytes)).toBe(START + 40);
  await expect(withKerasFile(bytes, () => {})).rejects.toMatchObject({
    kind: "weights",
    reason: "unreadable",
  });
});
