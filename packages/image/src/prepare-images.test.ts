import { mkdtemp, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, ImageError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { cacheKey, openContentCache } from "@covidxr/core/files";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { decodeImage } from "./codecs/decode-image.js";
import { resolveDecoder } from "./codecs/decoders.js";
import { encodeImage } from "./codecs/encode-image.js";
import type { GreyImage } from "./pixels/image.js";
import { resize } from "./pixels/resize.js";
import { prepareImages } from "./prepare-images.js";
import { encodePng } from "./testing/encode-png.js";
import { fixtureFile, ORIENTED, scansOf } from "./testing/fixtures.js";

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

test("remarks on an incomplete JPEG, decoded or from the cache", async () => {
  const { head, scans } = scansOf(fixtureFile("jpeg rgb, progressive").bytes);
  const path = join(folder, "cut.jpg");
  await writeFile(path, Buffer.concat([head, ...scans.slice(0, -1), Buffer.of(0xff, 0xd9)]));
  for (const decoder of ["sharp", "jimp"] as const) {
    for (const decoded of [1, 0]) {
      const prepared = await prepareImages([path], { ...size, cacheFolder, decoder });
      expect(prepared).toMatchObject({ failures: [], decoded });
      expect(prepared.remarks).toEqual([{ path, message: expect.stringMatching(/^incomplete: /) }]);
    }
  }
});

test("what is no file is listed as unreadable", async () => {
  const { failures } = await prepareImages([folder], size);
  expect(failures).toMatchObject([{ path: folder, error: { path: folder, reason: "unreadable" } }]);
  expect(failures[0]!.error).toBeInstanceOf(FileError);
});

test("paths start from the root, and name what comes out of their files", async () => {
  const file = await write("a.png", 7);
  const { images, failures } = await prepareImages(["a.png", "none.png"], { ...size, root: folder });
  expect([...images.keys()]).toEqual(["a.png"]);
  expect(images.get("a.png")!.key).toBe((await prepareImages([file], size)).images.get(file)!.key);
  expect(failures).toMatchObject([
    { path: "none.png", error: { kind: "file", reason: "missing", path: join(folder, "none.png") } },
  ]);
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

describe("options that decide the pixels", () => {
  const sixteen = { width: 24, height: 20, samples: Uint16Array.from({ length: 480 }, (_, i) => i * 8) };
  const window = { center: 2048, width: 4096 };

  test("orientation: as decodeImage applies or ignores it, under keys of their own", async () => {
    const { bytes } = ORIENTED.find(({ format, orientation }) => format === "png" && orientation === 6)!;
    const path = join(folder, "turned.png");
    await writeFile(path, bytes);
    const keys = new Set<string>();
    for (const orientation of ["apply", "ignore"] as const) {
      const expected = resize(await decodeImage(bytes, { name: "a", orientation }), size);
      for (const each of [size, { ...size, cacheFolder }, { ...size, cacheFolder }]) {
        const prepared = await prepareImages([path], { ...each, orientation });
        expect(prepared.orientation).toBe(orientation);
        expect(await prepared.images.get(path)!.pixels()).toEqual(expected);
        keys.add(prepared.images.get(path)!.key);
      }
    }
    expect(keys.size).toBe(2);
    const { images } = await prepareImages([path], size);
    const applied = await prepareImages([path], { ...size, orientation: "apply" });
    expect(applied.images.get(path)!.key).toBe(images.get(path)!.key);
  });

  test("pixelLimit: a larger image is listed, also when its pixels are in the cache", async () => {
    const path = await write("a.png", 7);
    expect((await prepareImages([path], { ...size, cacheFolder, pixelLimit: 480 })).failures).toEqual([]);
    const { failures } = await prepareImages([path], { ...size, cacheFolder, pixelLimit: 479 });
    expect(failures[0]!.error).toMatchObject({ image: path, reason: "too-large" });
  });

  test("window: an image of twelve bits is listed with one, and prepared through it", async () => {
    const path = join(folder, "twelve.png");
    const bytes = encodePng(sixteen);
    await writeFile(path, bytes);
    const options = { ...size, cacheFolder };
    const { failures, images } = await prepareImages([path], options);
    expect(images.size).toBe(0);
    expect(failures[0]!.error).toMatchObject({ image: path, reason: "narrow-range", window });
    const expected = resize(await decodeImage(bytes, { name: "a", window }), size);
    for (const decoded of [1, 0]) {
      const prepared = await prepareImages([path], { ...options, window });
      expect(prepared).toMatchObject({ decoded, window });
      expect(await prepared.images.get(path)!.pixels()).toEqual(expected);
    }
  });

  test("pixels that an earlier version cached without a look at their range are not used", async () => {
    const path = join(folder, "twelve.png");
    await writeFile(path, encodePng(sixteen));
    const decoder = await resolveDecoder();
    const making = { ...size, method: "bilinear", decoder };
    const key = cacheKey("pixels", 1, making, encodePng(sixteen));
    await openContentCache(cacheFolder).put(key, new Uint8Array(8 * 6 * 3));
    const { failures } = await prepareImages([path], { ...size, cacheFolder });
    expect(failures[0]!.error).toMatchObject({ reason: "narrow-range" });
  });

  test.each([
    ["orientation", { orientation: "upright" }],
    ["pixelLimit", { pixelLimit: 0 }],
    ["window", { window: "auto" }],
    ["maxPixels", { maxPixels: 3 }],
  ])("a wrong %s is thrown, not taken for a faulty image", async (parameter, wrong) => {
    const run = prepareImages([await write("a.png", 7)], { ...size, ...(wrong as object) });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter });
  });
});

test("remarks name the files, read anew or from the cache", async () => {
  const path = join(folder, "clear.png");
  await writeFile(path, encodePng({ width: 2, height: 1, samples: Uint8Array.of(9, 9, 9, 0, 9, 9, 9, 255) }));
  for (const decoded of [1, 0]) {
    const prepared = await prepareImages([path, await write("a.png", 7)], { ...size, cacheFolder });
    expect(prepared.decoded).toBe(2 * decoded);
    expect(prepared.remarks).toEqual([{ path, message: expect.stringContaining("transparent") }]);
  }
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
