import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRng } from "@covidxr/core";
import { encodeImage, normalize, prepareImages } from "@covidxr/image";
import { compileInference } from "@covidxr/onnx";
import { drawRadiograph } from "@covidxr/phantom";
import { extractFeatures, splitModel } from "@covidxr/training";
import type { LayersModel } from "@tensorflow/tfjs-layers";
import { InferenceSession, Tensor } from "onnxruntime-node";
import { countOperations } from "./operations.js";
import type { PyTorchTimes } from "./pytorch.js";
import { median, report, reportRate, seconds } from "./report.js";
import { HEIGHT, IMAGES, ROUNDS, WIDTH } from "./setting.js";

/** Extraction of features against the bare session, both on the same graph, and on the runtime's own convolutions. */
export async function benchExtraction(
  model: LayersModel,
  folder: string,
  matrixProduct: number,
  pytorch: PyTorchTimes | undefined,
): Promise<void> {
  const paths = await drawImages(folder);
  await prepareImages(paths, { height: HEIGHT, width: WIDTH, method: "nearest" });
  const decoding = await seconds(() =>
    prepareImages(paths, { height: HEIGHT, width: WIDTH, method: "nearest" }),
  );
  const { images, decoder } = await prepareImages(paths, {
    height: HEIGHT,
    width: WIDTH,
    method: "nearest",
    cacheFolder: join(folder, "pixels"),
  });
  console.log(
    `reading and resizing per image (${decoder.name}, 1200 x 1000 JPEG): ${((decoding / IMAGES) * 1000).toFixed(1)} ms`,
  );
  const sources = [...images.values()].map((image) => ({
    key: image.key,
    load: async () => normalize(await image.pixels(), "rescale"),
  }));
  const inputs = await Promise.all(sources.map((source) => source.load()));
  const batch = new Float32Array(inputs[0]!.length * IMAGES);
  for (const [i, input] of inputs.entries()) batch.set(input, i * input.length);
  const feeds = { input: new Tensor("float32", batch, [IMAGES, HEIGHT, WIDTH, 3]) };

  const to = splitModel(model).prefixTo;
  const times: Record<"direct" | "auto" | "ours", number[]> = { direct: [], auto: [], ours: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const convolution of ["direct", "auto"] as const) {
      const session = await InferenceSession.create(compileInference(model, { to, convolution }).bytes);
      // The first runs grow the runtime's memory.
      for (let i = 0; i < 2; i++) await session.run(feeds);
      const time = await seconds(() => session.run(feeds));
      await session.release();
      // The first round warms caches and is not counted.
      if (round > 0) times[convolution].push(time / IMAGES);
    }
    let start = 0;
    // The clock starts after the first batch, which also makes the session: a run pays for that once.
    const warmUp = sources.map((source, i) => ({ ...source, key: `warm-up ${i}` }));
    await extractFeatures(model, [...warmUp, ...sources], {
      cacheFolder: join(folder, `features-${round}`),
      onProgress: ({ done }) => {
        if (done === IMAGES) start = performance.now();
      },
    });
    if (round > 0) times.ours.push((performance.now() - start) / 1000 / IMAGES);
  }
  const bare = { name: "bare", median: median(times.auto) };
  const torch = pytorch && { name: "PyTorch", median: pytorch.prefix };
  report("prefix per image, bare session, the runtime's own convolutions", times.direct, bare);
  report("prefix per image, bare session, our graph", times.auto);
  report(
    "prefix per image, extractFeatures with its cache",
    times.ours,
    { ...bare, bound: 1.1 },
    ...(torch ? [{ ...torch, bound: 0.9 }] : []),
  );
  const { prefix } = countOperations(model);
  reportRate(prefix / 1e9, median(times.ours), matrixProduct);
}

async function drawImages(folder: string): Promise<string[]> {
  const paths: string[] = [];
  for (let index = 0; index < IMAGES; index++) {
    const rng = createRng(0, { purpose: "bench", index });
    const finding = index % 2 ? "COVID-19" : "none";
    const image = drawRadiograph({ rng, width: 1200, height: 1000, finding });
    const path = join(folder, `${index}.jpeg`);
    await writeFile(path, await encodeImage(image, { format: "jpeg" }));
    paths.push(path);
  }
  return paths;
}
