import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { InvalidArgumentError, WeightsError } from "@covidxr/core";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { defaultCacheFolder, IMAGENET_WEIGHTS, resolveWeights } from "./weights-file.js";

test.each([
  { platform: "linux", home: "/home/a", env: {}, folder: "/home/a/.cache/covidxr" },
  { platform: "linux", home: "/home/a", env: { XDG_CACHE_HOME: "/var/c" }, folder: "/var/c/covidxr" },
  { platform: "linux", home: "/home/a", env: { XDG_CACHE_HOME: "c" }, folder: "/home/a/.cache/covidxr" },
  { platform: "darwin", home: "/Users/a", env: {}, folder: "/Users/a/Library/Caches/covidxr" },
  { platform: "win32", home: "C:\\a", env: {}, folder: "C:\\a\\AppData\\Local\\covidxr" },
  { platform: "win32", home: "C:\\a", env: { LOCALAPPDATA: "D:\\l" }, folder: "D:\\l\\covidxr" },
  { platform: "darwin", home: "/Users/a", env: { COVIDXR_CACHE: "/big/disk" }, folder: "/big/disk" },
  { platform: "linux", home: "/home/a", env: { COVIDXR_CACHE: "" }, folder: "/home/a/.cache/covidxr" },
] as const)("$platform with $env caches in $folder", ({ platform, home, env, folder }) => {
  expect(defaultCacheFolder({ platform, home, env })).toBe(folder);
});

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

  test("names the path, how to fetch the file, where it is published and the alternatives", async () => {
    const failure = resolveWeights("imagenet", { cacheFolder: join(folder, "none") });
    await expect(failure).rejects.toBeInstanceOf(WeightsError);
    await expect(failure).rejects.toMatchObject({ reason: "missing", source: "imagenet" });
    const { message } = (await failure.catch((error: unknown) => error)) as WeightsError;
    const parts = [
      join(folder, "none", FILE),
      'fetchWeights("imagenet")',
      `https://storage.googleapis.com/tensorflow/keras-applications/vgg19/${FILE}`,
      "MD5 253f8cb515780f3b799900260a226db6",
      'weights: "FILE"',
      'weights: "random"',
    ];
    // The easiest remedy comes first.
    const places = parts.map((part) => message.indexOf(part));
    expect(places).not.toContain(-1);
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(message).not.toMatch(/\n|--/);
  });

  test("a path without a file is missing, a folder unreadable", async () => {
    const missing = resolveWeights(join(folder, "none.h5"));
    await expect(missing).rejects.toMatchObject({ reason: "missing" });
    // The published file does not belong to another path.
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

test("the weights of ImageNet are Keras' file, at two addresses over https, with their licence", () => {
  expect(IMAGENET_WEIGHTS).toMatchObject({
    file: "vgg19_weights_tf_dim_ordering_tf_kernels_notop.h5",
    bytes: 80_134_624,
    digests: { md5: "253f8cb515780f3b799900260a226db6" },
    licence: { name: "CC BY 4.0", attribution: expect.stringContaining("Visual Geometry Group") },
  });
  expect(IMAGENET_WEIGHTS.urls.map((url) => new URL(url).host)).toEqual([
    "storage.googleapis.com",
    "github.com",
  ]);
  for (const url of IMAGENET_WEIGHTS.urls) {
    expect(new URL(url).protocol).toBe("https:");
    expect(url.split("/").at(-1)).toBe(IMAGENET_WEIGHTS.file);
  }
});
