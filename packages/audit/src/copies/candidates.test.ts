import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { HashTable } from "./candidates.js";
import { HASH_WORDS } from "./hash.js";

const rng = (index: number) => createRng(3, { purpose: "table", index });
const random = (count: number) => {
  const { uint32 } = rng(99);
  return Uint32Array.from({ length: count * HASH_WORDS }, uint32);
};

test("finds every hash under itself, and few others", () => {
  const hashes = random(1000);
  const table = new HashTable(hashes, rng(0));
  const found = new Uint32Array(16);
  let visited = 0;
  for (let i = 0; i < 1000; i++) {
    const count = table.nearest(hashes, i * HASH_WORDS, found);
    expect([...found.subarray(0, count)]).toContain(i);
    visited += count;
  }
  // Buckets hold 1000 / 256 on average, as seen from one of the thousand about one more.
  expect(visited / 1000).toBeLessThan(7);
});

test("a hash that differs in few bits is found in some of the tables", () => {
  const hashes = random(1000);
  const near = hashes
    .slice(40 * HASH_WORDS, 41 * HASH_WORDS)
    .map((word, i) => word ^ (i === 0 ? 0x10101010 : 0x1000));
  const found = new Uint32Array(16);
  const hits = Array.from({ length: 20 }, (_, index) => new HashTable(hashes, rng(index))).filter((table) =>
    found.subarray(0, table.nearest(near, 0, found)).includes(40),
  );
  // 7 bits of 128 differ; of the 8 that choose the bucket, none does in (1 - 7 / 128)^8 = 64 % of tables.
  expect(hits.length).toBeGreaterThan(5);
});

test("equal hashes are visited up to the limit, in whatever number they come", () => {
  const table = new HashTable(new Uint32Array(5000 * HASH_WORDS), rng(0));
  const found = new Uint32Array(16);
  expect(table.nearest(new Uint32Array(HASH_WORDS), 0, found)).toBe(16);
  expect(new Set(found).size).toBe(16);
});

test("works with one hash and with none", () => {
  const found = new Uint32Array(16);
  expect(new HashTable(random(1), rng(0)).nearest(random(1), 0, found)).toBe(1);
  expect(new HashTable(new Uint32Array(0), rng(0)).nearest(random(1), 0, found)).toBe(0);
});
