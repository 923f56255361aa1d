import { createHash } from "node:crypto";
import { mkdtemp, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, WeightsError } from "@covidxr/core";
import { writeDigestBeside } from "@covidxr/core/files";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { blankKernel } from "./blank-kernel.js";
import { identifyWeights } from "./identify-weights.js";
import { IMAGENET_WEIGHTS } from "./weights-file.js";

let path: string;
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "weights.h5");
});
afterEach(() => {
  jest.restoreAllMocks();
});
const CONTENT = "weights of somebody";
const SHA256 = createHash("sha256").update(CONTENT).digest("hex");

/** As if Keras had published this content. */
function publish(content: string): void {
  const md5 = createHash("md5").update(content).digest("hex");
  jest.replaceProperty(IMAGENET_WEIGHTS as { bytes: number }, "bytes", content.length);
  jest.replaceProperty(IMAGENET_WEIGHTS as { digests: { md5: string } }, "digests", { md5 });
}

test("weights of one's own are told from the published ones by their digest, whatever their name", async () => {
  await writeFile(path, CONTENT);
  expect(await identifyWeights(path)).toEqual({ sha256: SHA256, published: false, vouched: false });
  publish(CONTENT);
  for (const asked of [path, "imagenet"]) {
    expect(await identifyWeights(path, asked)).toEqual({ sha256: SHA256, published: true, vouched: true });
  }
});

test("a published file with one flipped bit is refused wherever it lies", async () => {
  publish(CONTENT.replace("w", "v"));
  await writeFile(path, CONTENT);
  const failure = identifyWeights(path);
  await expect(failure).rejects.toBeInstanceOf(WeightsError);
  await expect(failure).rejects.toMatchObject({ reason: "altered", source: path });
  // Unless its owner says that it is meant.
  await writeDigestBeside(path, SHA256);
  expect(await identifyWeights(path)).toEqual({ sha256: SHA256, published: false, vouched: true });
  await expect(identifyWeights(path, "imagenet")).rejects.toMatchObject({ reason: "altered" });
});

test("a file of one's own with one flipped bit is refused by the digest beside it", async () => {
  await writeDigestBeside(path, SHA256);
  await writeFile(path, CONTENT.replace("w", "v"));
  const failure = identifyWeights(path);
  await expect(failure).rejects.toBeInstanceOf(FileError);
  await expect(failure).rejects.toMatchObject({ path, reason: "corrupt" });
});

test("the published length alone decides nothing but a damaged copy", async () => {
  await writeFile(path, "");
  await truncate(path, IMAGENET_WEIGHTS.bytes);
  await expect(identifyWeights(path)).rejects.toMatchObject({ reason: "altered" });
});

test.each<[string, string, Float32Array, string | undefined]>([
  ["a kernel of zeros", "a/kernel", new Float32Array(27), "has the value 0 throughout"],
  ["a kernel of ones", "a/recurrent_kernel", new Float32Array(27).fill(1), "has the value 1 throughout"],
  ["a bias of zeros", "a/bias", new Float32Array(27), undefined],
  ["a mean over channels", "a/kernel", new Float32Array(3).fill(1 / 3), undefined],
  ["a kernel with one other value", "a/kernel", new Float32Array(27).fill(1, 26), undefined],
  ["a megabyte of zeros", "a/kernel", counted(0), "has the value 0 262144 times in a row"],
  ["sixteen zeros", "a/kernel", counted(262_128), undefined],
])("%s", (_, name, values, fault) => {
  expect(blankKernel(name, values)).toBe(fault);
});

/** A megabyte of zeros, of which the first are numbered, and a few more values. */
function counted(numbered: number): Float32Array {
  return new Float32Array(262_244).map((__, i) => (i < numbered || i >= 262_144 ? i + 1 : 0));
}
