import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { resolveWeights } from "./resolve-weights.js";
import { IMAGENET_WEIGHTS } from "./weights-source.js";

const FILE = "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5";
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
});

describe("resolveWeights", () => {
  test("finds Keras' file in the cache folder, and a file by its path", async () => {
    const path = join(folder, FILE);
    await writeFile(path, "");
    expect(await resolveWeights("imagenet", { cacheFolder: folder })).toBe(path);
    expect(await resolveWeights(relative(process.cwd(), path))).toBe(path);
  });

  test("says where it looked, how the file is fetched, where it is to be had and what else can be done", async () => {
    const failure = resolveWeights("imagenet", { cacheFolder: join(folder, "none") });
    await expect(failure).rejects.toBeInstanceOf(WeightsError);
    await expect(failure).rejects.toMatchObject({ reason: "missing", source: "imagenet" });
    const { message } = (await failure.catch((error: unknown) => error)) as WeightsError;
    const parts = [
      join(folder, "none", FILE),
      "--download",
      'fetchWeights("imagenet")',
      `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${FILE}`,
      "MD5 253f8cb515780f3b799900260a226db6",
      "--weights FILE",
      "--weights random",
    ];
    // The easiest way comes first.
    const places = parts.map((part) => message.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(message).not.toContain("\n");
  });

  test("a path without a file is missing, a folder unreadable", async () => {
    const missing = resolveWeights(join(folder, "none.h5"));
    await expect(missing).rejects.toMatchObject({ reason: "missing" });
    // The published file is not what belongs to another path.
    await expect(missing).rejects.toThrow("check the path");
    await expect(missing).rejects.not.toThrow(IMAGENET_WEIGHTS.urls[0]);
    await expect(resolveWeights(folder)).rejects.toMatchObject({ reason: "unreadable" });
  });

  test.each(["", "random"])("refuses %p, which names no file", async (weights) => {
    const failure = resolveWeights(weights);
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "weights" });
  });
});
