import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng, FileError, InvalidArgumentError } from "@covidxr/core";
import { randomizeWeights, useCpuBackend } from "@covidxr/testing";
import { beforeAll, beforeEach, expect, test } from "@jest/globals";
import { layers, sequential } from "@tensorflow/tfjs-layers";
import { compileInference } from "../compile/compile-inference.js";
import { checkGraphDigest } from "../graph/graph-digest.js";
import { loadGraph, saveGraph } from "./graph-file.js";
import { createSession } from "./session.js";

let graph: Uint8Array;
let path: string;

beforeAll(async () => {
  await useCpuBackend();
  const model = sequential({ name: "small" });
  model.add(layers.conv2d({ inputShape: [4, 4, 3], filters: 2, kernelSize: 3, name: "conv" }));
  model.add(layers.globalAveragePooling2d({ name: "pool" }));
  model.add(layers.dense({ units: 1, activation: "sigmoid", name: "output" }));
  randomizeWeights(model);
  graph = compileInference(model, { metadata: { labels: '["no","yes"]' } }).bytes;
  model.dispose();
});
beforeEach(async () => {
  path = join(await mkdtemp(join(tmpdir(), "covidxr-")), "model.onnx");
});

const sha256 = (bytes: Uint8Array | string) => createHash("sha256").update(bytes).digest("hex");
const input = { input: { data: new Float32Array(48).map((_, i) => Math.sin(i)), dims: [1, 4, 4, 3] } };

async function outputOf(opened: ReturnType<typeof createSession>): Promise<number> {
  const session = await opened;
  const { output } = await session.run(input);
  await session.dispose();
  return output!.data[0]!;
}

test("a saved graph computes the same, and anyone can check it", async () => {
  const saved = await saveGraph(graph, path);
  expect(await outputOf(loadGraph(path))).toBe(await outputOf(createSession(graph)));
  const bytes = await readFile(path);
  expect(saved).toEqual({ sha256: sha256(bytes), bytes: bytes.length });
  expect(await readFile(`${path}.sha256`, "utf8")).toBe(`${saved.sha256}  model.onnx\n`);
  // As its metadata say: the value, replaced by 64 zeros.
  const text = bytes.toString("latin1");
  const value = /covidxr_sha256[^ ]@([0-9a-f]{64})/.exec(text)![1]!;
  expect(sha256(Buffer.from(text.replace(value, "0".repeat(64)), "latin1"))).toBe(value);
  expect(text).toContain("this file with the value of covidxr_sha256 replaced by 64 zeros");
  // Saved again it is the same file.
  expect(await saveGraph(bytes, path)).toEqual(saved);
});

test("one flipped bit is always noticed, with the file beside it and without", async () => {
  await saveGraph(graph, path);
  const bytes = await readFile(path);
  const rng = createRng(1, { purpose: "flipped bits" });
  for (let i = 0; i < 1500; i++) {
    const bit = Math.floor(rng.uniform() * bytes.length * 8);
    const flipped = Buffer.from(bytes);
    flipped[bit >> 3]! ^= 1 << (bit & 7);
    await expect(checkGraphDigest(flipped)).rejects.toThrow();
  }
  const flipped = Buffer.from(bytes);
  flipped[1000]! ^= 1;
  await writeFile(path, flipped);
  for (const says of [/as model\.onnx\.sha256 says/, /its SHA-256 is not the covidxr_sha256 in it/]) {
    const opened = loadGraph(path);
    await expect(opened).rejects.toBeInstanceOf(FileError);
    await expect(opened).rejects.toMatchObject({
      path,
      reason: "corrupt",
      message: expect.stringMatching(says),
    });
    await rm(`${path}.sha256`, { force: true });
  }
  for (const work of [() => createSession(flipped), () => saveGraph(flipped, path)]) {
    const refused = work();
    await expect(refused).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(refused).rejects.toMatchObject({ parameter: "bytes" });
  }
});

test("a graph of another program opens without a digest; damaged, it is the file that is wrong", async () => {
  await writeFile(path, graph);
  expect(await outputOf(loadGraph(path))).toBe(await outputOf(createSession(graph)));
  await truncate(path, graph.length >> 1);
  const opened = loadGraph(path);
  await expect(opened).rejects.toBeInstanceOf(FileError);
  await expect(opened).rejects.toMatchObject({
    path,
    reason: "corrupt",
    message: expect.stringMatching(/copy or compile/),
  });
});

test("what is no file is told what it is", async () => {
  await expect(loadGraph(path)).rejects.toMatchObject({ kind: "file", path, reason: "missing" });
  await expect(loadGraph(join(path, ".."))).rejects.toMatchObject({ reason: "unreadable" });
  await writeFile(path, "");
  await truncate(path, 8e12);
  await expect(loadGraph(path)).rejects.toMatchObject({
    reason: "unreadable",
    message: expect.stringContaining("below 2 GiB"),
  });
});
