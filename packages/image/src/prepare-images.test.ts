import { mkdtemp, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, ImageError, InterruptedError } from "@covidxr/core";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { decodeImage } from "./codecs/decode-image.js";
import { encodeImage } from "./codecs/encode-image.js";
import type { GreyImage } from "./pixels/image.js";
import { resize } from "./pixels/resize.js";
import { prepareImages } from "./prepare-images.js";

let folder: string;
let cacheFolder: string;
const size = { height: 8, width: 6 } as const;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  cacheFolder = join(folder, "cache");
});

const picture = (step: number): GreyImage => ({
  width: 24,
  height: 20,
  data: Uint8Array.from({ length: 480 }, (_, i) => (i * step) % 256),
});

async function write(name: string, step: number): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await encodeImage(picture(step), { format: "png" }));
  return path;
}

test("gives the decoded and resized pixels, with a cache and without", async () => {
  const path = await write("a.png", 7);
  const bytes = await encodeImage(picture(7), { format: "png" });
  const expected = resize(await decodeImage(bytes, { name: "a" }), { ...size, method: "bilinear" });
  for (const options of [size, { ...size, cacheFolder }, { ...size, cacheFolder }]) {
    const { images } = await prepareImages([path], options);
    expect(await images.get(path)!.pixels()).toEqual({ width: 6, height: 8, data: expect.anything() });
    expect([...(await images.get(path)!.pixels()).data]).toEqual([...expected.data]);
  }
});

test("a path that comes twice is prepared once, and progress counts files", async () => {
  const paths = [await write("a.png", 7), await write("b.png", 11)];
  const progress: string[] = [];
  const { images, decoded } = await prepareImages([...paths, paths[0]!], {
    ...size,
    onProgress: ({ done, total }) => progress.push(`${done}/${total}`),
  });
  expect([...images.keys()]).toEqual(paths);
  expect(decoded).toBe(2);
  expect(progress).toEqual(["1/2", "2/2"]);
});

describe("the cache", () => {
  const prepare = (path: string, changes = {}) =>
    prepareImages([path], { ...size, cacheFolder, decoder: "jimp", ...changes });

  test("a second run decodes nothing; an edited file, another size or decoder is decoded anew", async () => {
    const path = await write("a.png", 7);
    const first = await prepare(path);
    const second = await prepare(path);
    expect(second.decoded).toBe(0);
    expect(second.images.get(path)!.key).toBe(first.images.get(path)!.key);
    expect((await prepare(path, { width: 7 })).decoded).toBe(1);
    expect((await prepare(path, { method: "nearest" })).decoded).toBe(1);
    expect((await prepare(path, { decoder: "sharp" })).decoded).toBe(1);
    await write("a.png", 8);
    const edited = await prepare(path);
    expect(edited.decoded).toBe(1);
    expect(edited.images.get(path)!.key).not.toBe(first.images.get(path)!.key);
  });

  test("an entry cut short, before or after it was looked up, is made again", async () => {
    const path = await write("a.png", 7);
    const whole = await (await prepare(path)).images.get(path)!.pixels();
    const [entry] = (await readdir(cacheFolder, { recursive: true })).filter((n) => n.endsWith(".bin"));
    await truncate(join(cacheFolder, entry!), 50);
    const again = await prepare(path);
    expect(again.decoded).toBe(1);
    await truncate(join(cacheFolder, entry!), 50);
    expect(await again.images.get(path)!.pixels()).toEqual(whole);
  });
});

test("faulty files are listed with their reasons and do not stop the others", async () => {
  const good = await write("good.png", 7);
  const text = join(folder, "text.jpg");
  await writeFile(text, "not an image");
  const absent = join(folder, "absent.png");
  const { images, failures } = await prepareImages([text, good, absent], size);
  expect([...images.keys()]).toEqual([good]);
  expect(failures.map(({ path }) => path)).toEqual([text, absent]);
  expect(failures[0]!.error).toBeInstanceOf(ImageError);
  expect(failures[0]!.error).toMatchObject({ image: text, reason: "unsupported-format" });
  expect(failures[1]!.error).toBeInstanceOf(FileError);
  expect(failures[1]!.error).toMatchObject({ path: absent, reason: "missing" });
});

test("a cache that cannot be written is thrown, not taken for a faulty image", async () => {
  const path = await write("a.png", 7);
  await expect(prepareImages([path], { ...size, cacheFolder: path })).rejects.toMatchObject({
    kind: "file",
    reason: expect.stringMatching(/unreadable|unwritable/),
  });
});

test("stops when it is interrupted", async () => {
  const run = prepareImages([await write("a.png", 7)], { ...size, signal: AbortSignal.abort() });
  await expect(run).rejects.toBeInstanceOf(InterruptedError);
  await expect(run).rejects.toMatchObject({ operation: "preparing images" });
});
