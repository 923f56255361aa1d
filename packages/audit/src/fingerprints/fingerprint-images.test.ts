import { copyFile, mkdtemp, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, ImageError, InterruptedError } from "@covidxr/core";
import { cacheKey, openContentCache } from "@covidxr/core/files";
import { decodeImage, encodeImage, type GreyImage } from "@covidxr/image";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { fingerprintImage } from "./fingerprint-image.js";
import { fingerprintImages } from "./fingerprint-images.js";

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  cacheFolder = join(folder, "cache");
});

const picture = (step: number): GreyImage => ({
  width: 24,
  height: 20,
  data: Uint8Array.from({ length: 480 }, (_, i) => (i * step) % 256),
});

async function write(name: string, step: number, format: "png" | "jpeg" = "png"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await encodeImage(picture(step), { format }));
  return path;
}

test("gives the fingerprint of the decoded file, with a cache and without", async () => {
  for (const format of ["png", "jpeg"] as const) {
    // The content tells the format, the name does not.
    const path = await write(`${format}.bin`, 7, format);
    const bytes = await encodeImage(picture(7), { format });
    const expected = fingerprintImage({
      path,
      bytes,
      format,
      image: await decodeImage(bytes, { name: path }),
    });
    for (const options of [{}, { cacheFolder }, { cacheFolder }]) {
      expect((await fingerprintImages([path], options)).fingerprints).toEqual([expected]);
    }
  }
});

test("keeps the order, looks at a path once, and progress counts files", async () => {
  const paths = [await write("b.png", 7), await write("a.png", 11), await write("c.png", 5)];
  const progress: string[] = [];
  const { fingerprints, decoded } = await fingerprintImages([...paths, paths[0]!], {
    onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
  });
  expect(fingerprints.map(({ path }) => path)).toEqual(paths);
  expect(decoded).toBe(3);
  expect(progress).toEqual(["1/3", "2/3", "3/3"]);
});

describe("the cache", () => {
  const take = (path: string, changes = {}) =>
    fingerprintImages([path], { cacheFolder, decoder: "jimp", ...changes });
  const entries = async () =>
    (await readdir(cacheFolder, { recursive: true })).filter((name) => name.endsWith(".bin"));

  test("a second run decodes nothing, under whatever path; an edited file or another decoder decodes anew", async () => {
    const path = await write("a.png", 7);
    const [first] = (await take(path)).fingerprints;
    const moved = join(folder, "moved.png");
    await copyFile(path, moved);
    const second = await take(moved);
    expect(second.decoded).toBe(0);
    expect(second.fingerprints).toEqual([{ ...first, path: moved }]);
    expect((await take(path, { decoder: "sharp" })).decoded).toBe(1);
    await write("a.png", 8);
    const edited = await take(path);
    expect(edited.decoded).toBe(1);
    expect(edited.fingerprints[0]!.pixelDigest).not.toBe(first!.pixelDigest);
  });

  test("an entry that was cut short, or holds something else, is made again", async () => {
    const path = await write("a.png", 7);
    const whole = await take(path);
    const [entry] = await entries();
    await truncate(join(cacheFolder, entry!), 60);
    expect(await take(path)).toEqual(whole);
    for (const content of ["{", "{}", '{"thumbnail":[1],"histogram":[1]}']) {
      await openContentCache(cacheFolder).put(entry!.slice(-68, -4), Buffer.from(content));
      expect(await take(path)).toEqual(whole);
    }
    expect((await take(path)).decoded).toBe(0);
  });

  test("an entry for other content is not taken", async () => {
    await openContentCache(cacheFolder).put(cacheKey("something"), Buffer.from("{}"));
    expect((await take(await write("a.png", 7))).decoded).toBe(1);
  });
});

test("faulty files are listed with their reasons and do not stop the others", async () => {
  const good = await write("good.png", 7);
  const text = join(folder, "text.jpg");
  await writeFile(text, "not an image");
  const absent = join(folder, "absent.png");
  const { fingerprints, failures } = await fingerprintImages([text, good, absent, folder]);
  expect(fingerprints.map(({ path }) => path)).toEqual([good]);
  expect(failures.map(({ path }) => path)).toEqual([text, absent, folder]);
  expect(failures[0]!.error).toBeInstanceOf(ImageError);
  expect(failures[0]!.error).toMatchObject({ image: text, reason: "unsupported-format" });
  expect(failures[1]!.error).toBeInstanceOf(FileError);
  expect(failures[1]!.error).toMatchObject({ path: absent, reason: "missing" });
  expect(failures[2]!.error).toMatchObject({ path: folder, reason: "unreadable" });
});

test("a cache that cannot be written is thrown, not taken for a faulty image", async () => {
  const path = await write("a.png", 7);
  await expect(fingerprintImages([path], { cacheFolder: path })).rejects.toMatchObject({
    kind: "file",
    reason: expect.stringMatching(/unreadable|unwritable/),
  });
});

test("stops when it is interrupted", async () => {
  const run = fingerprintImages([await write("a.png", 7)], { signal: AbortSignal.abort() });
  await expect(run).rejects.toBeInstanceOf(InterruptedError);
  await expect(run).rejects.toMatchObject({ operation: "taking fingerprints of images" });
});
