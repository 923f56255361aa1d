import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@jest/globals";
import { randomContent } from "../testing/published.js";
import { formatBytes } from "./format-bytes.js";
import { inParallel } from "./in-parallel.js";
import { compareFile, verifyFile } from "./verify-file.js";

const folder = mkdtempSync(join(tmpdir(), "covidxr-verify-"));
const path = join(folder, "a.bin");

// Published values: FIPS 180-2 and RFC 1321 of "abc"; `printf abc | git hash-object --stdin`.
const ABC = {
  bytes: 3,
  digests: {
    sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    gitBlobSha1: "f2ba8f84ab5c1bce84a7b441cb1959cfc7093b7f",
    md5: "900150983cd24fb0d6963f7d28e17f72",
  },
};

test("published digests of abc", async () => {
  writeFileSync(path, "abc");
  expect(await verifyFile(path, ABC)).toBe("verified");
  for (const [name, digest] of Object.entries(ABC.digests)) {
    expect(await verifyFile(path, { bytes: 3, digests: { [name]: digest } })).toBe("verified");
    const wrong = { ...ABC.digests, [name]: digest.replace(/.$/, (digit) => (digit === "0" ? "1" : "0")) };
    expect(await verifyFile(path, { bytes: 3, digests: wrong })).toBe("different");
  }
  expect(await compareFile(path, { ...ABC, bytes: 4 })).toEqual({
    state: "different",
    difference: "expected 4 bytes, got 3",
  });
});

test("a file of several pieces, with its last byte altered and without", async () => {
  const content = randomContent(2_500_000);
  const expected = {
    bytes: content.length,
    digests: { sha256: createHash("sha256").update(content).digest("hex") },
  };
  writeFileSync(path, content);
  expect(await verifyFile(path, expected)).toBe("verified");
  content[content.length - 1]! ^= 1;
  writeFileSync(path, content);
  expect(await verifyFile(path, expected)).toBe("different");
});

test("nothing is absent, a folder is different", async () => {
  expect(await verifyFile(join(folder, "nothing"), ABC)).toBe("absent");
  writeFileSync(path, "abc");
  expect(await verifyFile(join(path, "below a file"), ABC)).toBe("absent");
  mkdirSync(join(folder, "folder"), { recursive: true });
  expect(await verifyFile(join(folder, "folder"), ABC)).toBe("different");
});

test.each([
  [0, "0 bytes"],
  [999, "999 bytes"],
  [1000, "1.0 kB"],
  [1001, "1.1 kB"],
  [80_134_624, "80.2 MB"],
  [2e12, "2.0 TB"],
  [3e15, "3000.0 TB"],
])("%p bytes read %p", (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test("work in parallel keeps to its number, and ends what was begun after a failure", async () => {
  let running = 0;
  let most = 0;
  const ended: number[] = [];
  const work = inParallel([0, 1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
    most = Math.max(most, ++running);
    await new Promise((resolve) => setTimeout(resolve, 20));
    // The failure comes while two others are under way.
    while (item === 3 && running < 3) await new Promise((resolve) => setTimeout(resolve, 1));
    if (item === 3) throw new Error(`${--running} others`);
    await new Promise((resolve) => setTimeout(resolve, item > 3 ? 200 : 0));
    running--;
    ended.push(item);
  });
  await expect(work).rejects.toThrow("2 others");
  expect([most, running]).toEqual([3, 0]);
  expect(ended.sort()).toEqual([0, 1, 2, 4, 5]);
});

test("a pipe is no file, and is not waited for", async () => {
  const path = join(mkdtempSync(join(tmpdir(), "covidxr-")), "pipe");
  if (spawnSync("mkfifo", [path]).status !== 0) return; // No pipes with names on this platform.
  expect(await verifyFile(path, { bytes: 1, digests: { sha256: "0".repeat(64) } })).toBe("different");
});
