import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { resolveWeights } from "./resolve-weights.js";

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

  test("says where it looked, where the file is to be had and what else can be done", async () => {
    const failure = resolveWeights("imagenet", { cacheFolder: join(folder, "none") });
    await expect(failure).rejects.toBeInstanceOf(WeightsError);
    await expect(failure).rejects.toMatchObject({ reason: "missing", source: "imagenet" });
    for (const part of [
      join(folder, "none", FILE),
      `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${FILE}`,
      "--weights FILE",
      "--weights random",
    ]) {
      await expect(failure).rejects.toThrow(part);
    }
  });

  test("a path without a file is missing, a folder unreadable", async () => {
    await expect(resolveWeights(join(folder, "none.h5"))).rejects.toMatchObject({ reason: "missing" });
    await expect(resolveWeights(folder)).rejects.toMatchObject({ reason: "unreadable" });
  });

  test.each(["", "random"])("refuses %p, which names no file", async (weights) => {
    const failure = resolveWeights(weights);
    await expect(failure).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(failure).rejects.toMatchObject({ parameter: "weights" });
  });
});
