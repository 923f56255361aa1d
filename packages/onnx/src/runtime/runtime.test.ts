import { InvalidArgumentError } from "@covidxr/core";
import { randomizeWeights, randomTensor, relativeError, useCpuBackend } from "@covidxr/testing";
import { beforeAll, describe, expect, jest, test } from "@jest/globals";
import { type LayersModel, layers, sequential } from "@tensorflow/tfjs-layers";
import { compileGradients } from "../compile/compile-gradients.js";
import { compileInference } from "../compile/compile-inference.js";
import { loadRuntime, PROVIDERS, type Provider, type Runtime } from "./load-runtime.js";
import { inspectRuntime, listProviders, providerStatuses } from "./providers.js";
import { createSession, openSession, type Session, type TensorData } from "./session.js";

beforeAll(useCpuBackend);

const noBinary = () =>
  Promise.reject(new Error("Error loading shared library ld-linux-x86-64.so.2\n  at load"));

/** The runtime where onnxruntime-node has no binary: the real onnxruntime-web. */
const loadWeb = (): Promise<Runtime> =>
  loadRuntime(undefined, { node: noBinary, web: () => import("onnxruntime-web") });

function smallModel(): LayersModel {
  const model = sequential({ name: "small" });
  model.add(layers.inputLayer({ inputShape: [6, 5, 2], name: "image" }));
  model.add(layers.conv2d({ name: "conv", filters: 3, kernelSize: 3, padding: "same", activation: "relu" }));
  model.add(layers.maxPooling2d({ name: "pool", poolSize: 2 }));
  model.add(layers.flatten({ name: "flat" }));
  model.add(layers.dropout({ name: "drop", rate: 0.5 }));
  model.add(layers.dense({ name: "output", units: 1, activation: "sigmoid" }));
  randomizeWeights(model);
  return model;
}

/** A graph of a training step with values for all of its inputs. */
function smallStep() {
  const graph = compileGradients(smallModel(), { loss: "binaryCrossentropy" });
  const feeds: Record<string, TensorData> = {
    input: randomTensor("input", [3, 6, 5, 2]),
    labels: { data: Float32Array.of(1, 0, 1), dims: [3, 1] },
  };
  for (const { name, shape } of graph.masks) feeds[name] = randomTensor(name, [3, ...shape]);
  for (const { name, shape } of graph.weights) feeds[name] = randomTensor(name, shape);
  return { bytes: graph.bytes, feeds };
}

describe("onnxruntime-node", () => {
  test("a session says what runs and where", async () => {
    const onFallback = jest.fn();
    const session = await createSession(smallStep().bytes, { onFallback });
    const { name, text, fallback } = await inspectRuntime();
    expect({ name, fallback }).toEqual({ name: "onnxruntime-node", fallback: undefined });
    expect(text).toMatch(/^onnxruntime-node \d+\.\d+\.\d+$/);
    expect(session).toMatchObject({ provider: "cpu", runtime: text, description: `${text} (cpu)` });
    expect(onFallback).not.toHaveBeenCalled();
    await session.dispose();
  });

  test("every provider is listed, and the processor works", async () => {
    const statuses = await listProviders();
    expect(statuses.map((status) => status.provider)).toEqual(PROVIDERS);
    expect(statuses[0]).toEqual({ provider: "cpu", known: true, available: true });
    for (const { known, available, reason } of statuses) {
      expect(reason === undefined).toBe(available);
      if (!known) expect(reason).toMatch(/^not in onnxruntime-node \d/);
    }
  });

  test("of several providers the first that works runs", async () => {
    const missing = (await listProviders()).find((status) => !status.available)!.provider;
    const session = await createSession(smallStep().bytes, { providers: [missing, "cpu"] });
    expect(session.provider).toBe("cpu");
    await session.dispose();
  });

  test("a provider that does not work is refused, with those that do", async () => {
    const missing = (await listProviders()).find((status) => !status.available)!.provider;
    const run = createSession(smallStep().bytes, { providers: [missing] });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "providers", value: [missing] });
    await expect(run).rejects.toThrow(/expected a provider that works here, got .*; this build has cpu/);
  });

  test.each([[[]], [["rocm"]]])("providers %j are refused", async (providers) => {
    const run = createSession(smallStep().bytes, { providers: providers as Provider[] });
    await expect(run).rejects.toMatchObject({ kind: "invalid-argument", parameter: "providers" });
  });

  test.each([
    ["bytes that are no graph", Uint8Array.of(1, 2, 3)],
    ["a path", "model.onnx" as unknown as Uint8Array],
  ])("%s are refused as such, not taken for a missing provider", async (_, bytes) => {
    await expect(createSession(bytes)).rejects.toMatchObject({
      kind: "invalid-argument",
      parameter: "bytes",
      message: expect.stringContaining("expected the bytes of an .onnx file that onnxruntime-node"),
    });
  });
});

describe("onnxruntime-web in its place", () => {
  test("runs the same graph with the same results, and says so", async () => {
    const { bytes, feeds } = smallStep();
    const onFallback = jest.fn();
    const web = await openSession(await loadWeb(), bytes, { threads: 1, onFallback });
    const node = await createSession(bytes);
    expect(web.description).toMatch(/^onnxruntime-web \d+\.\d+\.\d+ \(WebAssembly\)$/);
    expect(web).toMatchObject({ provider: "cpu", runtime: web.description });
    expect(onFallback.mock.calls).toEqual([
      [expect.stringMatching(/^onnxruntime-node does not load here \(Error loading .*\); .*, slower$/)],
    ]);
    const [actual, expected] = [await web.run(feeds), await node.run(feeds)];
    expect(Object.keys(actual).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, { data, dims }] of Object.entries(expected)) {
      expect(actual[name]!.dims).toEqual(dims);
      expect(relativeError(actual[name]!.data, data)).toBeLessThan(1e-5);
    }
    const into = { output: { data: new Float32Array(3), dims: [3, 1] } };
    const filled = await web.run(feeds, into);
    expect(filled.output!.data).toBe(into.output.data);
    expect(into.output.data).toEqual(actual.output!.data);
    await web.dispose();
    await node.dispose();
  });

  test("knows the processor alone", async () => {
    const runtime = await loadWeb();
    expect((await providerStatuses(runtime)).filter((s) => s.known).map((s) => s.provider)).toEqual(["cpu"]);
    const run = openSession(runtime, smallStep().bytes, { providers: ["cuda", "webgpu"] });
    await expect(run).rejects.toThrow(/cuda \(not in onnxruntime-web .*; this build has cpu, of which/);
  });

  test("is taken without a word when it is asked for", async () => {
    const onFallback = jest.fn();
    const runtime = "onnxruntime-web";
    const session = await createSession(smallStep().bytes, { runtime, threads: 1, onFallback });
    expect(session.runtime).toMatch(/^onnxruntime-web/);
    expect(onFallback).not.toHaveBeenCalled();
    await session.dispose();
    expect(await inspectRuntime(runtime)).toMatchObject({ name: runtime, providers: ["cpu"] });
  });

  test("where it is not installed either, the error says to install it", async () => {
    const absent = () => Promise.reject(new Error("Cannot find package 'onnxruntime-web'"));
    const run = loadRuntime(undefined, { node: noBinary, web: absent });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({
      parameter: "runtime",
      value: {
        "onnxruntime-node": "Error loading shared library ld-linux-x86-64.so.2",
        "onnxruntime-web": "Cannot find package 'onnxruntime-web'",
      },
    });
    await expect(run).rejects.toThrow(
      /run `ONNXRUNTIME_NODE_INSTALL=skip npm install onnxruntime-node`.*`npm install onnxruntime-web`/,
    );
  });
});

describe("what a session is given", () => {
  let session: Session;
  beforeAll(async () => {
    session = await createSession(compileGradients(twoInputs(), { loss: "binaryCrossentropy" }).bytes);
  });
  const twoInputs = () => {
    const model = sequential({ name: "two" });
    model.add(layers.dense({ inputShape: [2], units: 1, activation: "sigmoid", name: "output" }));
    return model;
  };
  const good = (): Record<string, TensorData> => ({
    input: { data: new Float32Array(6), dims: [3, 2] },
    labels: { data: new Float32Array(3), dims: [3, 1] },
    "output/kernel": { data: new Float32Array(2), dims: [2, 1] },
    "output/bias": { data: new Float32Array(1), dims: [1] },
  });
  const shared = new Float32Array(new SharedArrayBuffer(24));

  test.each<[string, Record<string, unknown>, RegExp]>([
    [
      "short data",
      { input: { data: new Float32Array(5), dims: [3, 2] } },
      /6 values.*Float32Array of 5 values/,
    ],
    ["another rank", { input: { data: new Float32Array(6), dims: [6] } }, /\[N, 2\].*dims \[6\]/],
    ["another size", { input: { data: new Float32Array(9), dims: [3, 3] } }, /\[N = 3, 2\].*dims \[3,3\]/],
    [
      "another number of rows than an earlier input",
      { labels: { data: new Float32Array(2), dims: [2, 1] } },
      /\[N = 3, 1\].*dims \[2,1\]/,
    ],
    ["dims that are no numbers", { input: { data: new Float32Array(6), dims: [3, "2"] } }, /dims \[3,"2"\]/],
    ["no dims", { input: { data: new Float32Array(6) } }, /dims undefined/],
    [
      "a Buffer",
      { input: { data: Buffer.alloc(24), dims: [3, 2] } },
      /a Float32Array.*got a Uint8Array of 24/,
    ],
    ["doubles", { input: { data: new Float64Array(6), dims: [3, 2] } }, /got a Float64Array of 6/],
    ["an array", { input: { data: [0, 0, 0, 0, 0, 0], dims: [3, 2] } }, /got a Array of 6/],
    ["shared memory", { input: { data: shared, dims: [3, 2] } }, /memory of its own.*copy shared memory/],
    [
      "an unknown input",
      { image: { data: new Float32Array(6), dims: [3, 2] } },
      /"input" \[N, 2\].*"image" \[3,2\]/,
    ],
    ["a missing input", { labels: undefined }, /expected "input" \[N, 2\], "labels" \[N, 1\]/],
  ])("%s is refused with both shapes", async (_, changes, message) => {
    const run = session.run({ ...good(), ...changes } as Record<string, TensorData>);
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "inputs" });
    await expect(run).rejects.toThrow(message);
  });

  test("outputs go into arrays of their size, and into no others", async () => {
    const output = { data: new Float32Array(3), dims: [3, 1] };
    expect((await session.run(good(), { output })).output!.data).toBe(output.data);
    expect([...output.data]).toEqual([0.5, 0.5, 0.5]);
    const wrong = { output: { data: new Float32Array(2), dims: [2, 1] } };
    await expect(session.run(good(), wrong)).rejects.toMatchObject({ parameter: "into" });
    await expect(session.run(good(), { nothing: output })).rejects.toMatchObject({ parameter: "into" });
  });

  test("what only the runtime finds wrong comes with its reason", async () => {
    const runtime = await loadRuntime();
    const { bytes } = compileInference(twoInputs());
    const opened = await runtime.module.InferenceSession.create(bytes);
    jest.spyOn(runtime.module.InferenceSession, "create").mockResolvedValueOnce(opened as never);
    jest.spyOn(opened, "run").mockRejectedValue(new Error("bad allocation\n at kernel"));
    const failing = await openSession(runtime, bytes, {});
    const run = failing.run({ input: good().input! });
    await expect(run).rejects.toMatchObject({ parameter: "inputs", value: '"input" [3,2]' });
    await expect(run).rejects.toThrow(/\(bad allocation\); .*fewer rows/);
    await failing.dispose();
  });

  test("after dispose it says so, and dispose may be called twice", async () => {
    const { bytes } = compileInference(twoInputs());
    const closed = await createSession(bytes);
    await closed.dispose();
    await closed.dispose();
    await expect(closed.run({ input: good().input! })).rejects.toMatchObject({ parameter: "session" });
  });
});
