import { spawnSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import "@tensorflow/tfjs-backend-cpu";
import { createRng } from "@covidxr/core";
import { encodeImage, normalize, prepareImages } from "@covidxr/image";
import { buildModel, readWeights } from "@covidxr/model";
import { compileGradients, compileInference } from "@covidxr/onnx";
import { drawRadiograph } from "@covidxr/phantom";
import { createOnnxEngine, extractFeatures, sgd, splitModel, train } from "@covidxr/training";
import { enableProdMode, setBackend } from "@tensorflow/tfjs-core";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InferenceSession, Tensor } from "onnxruntime-node";

// Compares the SDK with what it stands on, all in one run: ratios hold from machine to machine, seconds do not.
const HEIGHT = 320;
const WIDTH = 382;
const IMAGES = 8;
const BATCH = 64;
const ROUNDS = 5;

const folder = await mkdtemp(join(tmpdir(), "covidxr-bench-"));
try {
  enableProdMode();
  await setBackend("cpu");
  console.log(
    `${cpus()[0]?.model.trim()}, ${cpus().length} cores, Node ${process.version}; medians of ${ROUNDS} rounds`,
  );
  const model = await buildModel({ height: HEIGHT, width: WIDTH, weights: "random", seed: 0 });
  await benchExtraction(model);
  await benchTailStep(model);
  await benchMemory(process.argv.slice(2));
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Extraction of features, image by image, against the bare session on the same graph and inputs. */
async function benchExtraction(model: LayersModel): Promise<void> {
  const paths: string[] = [];
  for (let index = 0; index < IMAGES; index++) {
    const rng = createRng(0, { purpose: "bench", index });
    const image = drawRadiograph({
      rng,
      width: 1200,
      height: 1000,
      finding: index % 2 ? "COVID-19" : "none",
    });
    const path = join(folder, `${index}.jpeg`);
    await writeFile(path, await encodeImage(image, { format: "jpeg" }));
    paths.push(path);
  }
  const decoding = await seconds(() => prepareImages(paths, { height: HEIGHT, width: WIDTH }));
  const { images, decoder } = await prepareImages(paths, {
    height: HEIGHT,
    width: WIDTH,
    cacheFolder: join(folder, "pixels"),
  });
  const sources = [...images.values()].map((image) => ({
    key: image.key,
    load: async () => normalize(await image.pixels(), "rescale"),
  }));
  const inputs = await Promise.all(sources.map((source) => source.load()));

  const graph = compileInference(model, { to: splitModel(model).prefixTo });
  const bare: number[] = [];
  const ours: number[] = [];
  for (let round = 0; round <= ROUNDS; round++) {
    const session = await InferenceSession.create(graph.bytes);
    await session.run({ input: new Tensor("float32", inputs[0]!, [1, HEIGHT, WIDTH, 3]) });
    const alone = await seconds(async () => {
      for (const data of inputs) {
        await session.run({ input: new Tensor("float32", data, [1, HEIGHT, WIDTH, 3]) });
      }
    });
    await session.release();
    let start = 0;
    // The clock starts behind the first image, which also makes the session: with it a run pays once.
    await extractFeatures(model, [{ ...sources[0]!, key: "warm-up" }, ...sources], {
      cacheFolder: join(folder, `features-${round}`),
      onProgress: ({ done }) => {
        if (done === 1) start = performance.now();
      },
    });
    const extracted = (performance.now() - start) / 1000;
    // The first round warms caches and is not counted.
    if (round > 0) {
      bare.push(alone / IMAGES);
      ours.push(extracted / IMAGES);
    }
  }
  report("feature extraction per image, bare session", bare);
  report("feature extraction per image, extractFeatures with its cache", ours, bare, 1.1);
  report(`decoding and resizing per image (${decoder.name}, 1200 x 1000 JPEG)`, [decoding / IMAGES], bare);
}

/** One training step at the study's batch size against the bare session on the same graph. */
async function benchTailStep(model: LayersModel): Promise<void> {
  const { tailFrom } = splitModel(model);
  const graph = compileGradients(model, { from: tailFrom, loss: "binaryCrossentropy" });
  const size = graph.input.shape.reduce((a, b) => a * b, 1);
  const values = Array.from({ length: BATCH }, (_, index) => {
    const rng = createRng(1, { purpose: "features", index });
    return Float32Array.from({ length: size }, () => Math.max(0, rng.uniform() - 0.5));
  });
  const labels = values.map((_, i) => i % 2);
  const features = new Float32Array(BATCH * size);
  values.forEach((value, i) => {
    features.set(value, i * size);
  });
  const feeds: Record<string, Tensor> = {
    input: new Tensor("float32", features, [BATCH, ...graph.input.shape]),
    labels: new Tensor("float32", Float32Array.from(labels), [BATCH, 1]),
  };
  for (const { name, shape } of graph.masks) {
    const ones = new Float32Array(shape.reduce((a, b) => a * b, BATCH)).fill(1);
    feeds[name] = new Tensor("float32", ones, [BATCH, ...shape]);
  }
  const weights = readWeights(model);
  for (const { name, shape } of graph.weights) {
    feeds[name] = new Tensor("float32", weights.get(name)!.values, [...shape]);
  }

  const bare: number[] = [];
  const ours: number[] = [];
  const session = await InferenceSession.create(graph.bytes);
  const engine = await createOnnxEngine(model, { from: tailFrom, loss: "binaryCrossentropy" });
  for (let round = 0; round < ROUNDS; round++) {
    await session.run(feeds);
    bare.push(await seconds(() => session.run(feeds)));
    const steps: number[] = [];
    let last = 0;
    await train(model, {
      training: { values, labels },
      epochs: 3,
      batchSize: BATCH,
      engine,
      optimizer: sgd({ learningRate: 1e-6, momentum: 0.9 }),
      seed: round,
      onStep: () => {
        const now = performance.now();
        steps.push((now - last) / 1000);
        last = now;
      },
    });
    // Behind the first step, which warms the engine as the first bare run does.
    ours.push(...steps.slice(1));
  }
  await engine.dispose();
  await session.release();
  report(`tail step at batch ${BATCH}, bare session`, bare);
  report(`tail step at batch ${BATCH}, train() with gathering, masks and update`, ours, bare, 1.05);
}

/**
 * Peak memory of a whole run at full size. Flags such as `--study DIR --weights FILE` go to it; without them it runs
 * on synthetic radiographs.
 */
async function benchMemory(flags: readonly string[]): Promise<void> {
  const output = join(folder, "run");
  const root = resolve(fileURLToPath(new URL(".", import.meta.url)), "../..");
  const size = ["--height", String(HEIGHT), "--width", String(WIDTH), "--batch-size", String(BATCH)];
  const { status, stderr } = spawnSync(
    process.execPath,
    [
      "--import",
      "tsx",
      join(root, "examples/src/reproduce.ts"),
      ...size,
      ...["--epochs", "2", "--output", output, "--cache", join(folder, "cache")],
      ...flags,
    ],
    { cwd: root, encoding: "utf8" },
  );
  if (status !== 0) throw new Error(`the run failed: ${stderr}`);
  const { peakMemoryBytes } = JSON.parse(await readFile(join(output, "run.json"), "utf8"));
  const gib = peakMemoryBytes / 2 ** 30;
  console.log(`peak memory of a whole run at full size: ${gib.toFixed(2)} GiB (bound 3.00)`);
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
}

function report(what: string, values: readonly number[], against?: readonly number[], bound?: number): void {
  const ratio = against === undefined ? "" : `, ${(median(values) / median(against)).toFixed(3)} times bare`;
  const limit = bound === undefined ? "" : ` (bound ${bound.toFixed(2)})`;
  console.log(`${what}: ${(median(values) * 1000).toFixed(0)} ms${ratio}${limit}`);
}
