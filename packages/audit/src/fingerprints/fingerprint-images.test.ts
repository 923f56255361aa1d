import { createHash } from "node:crypto";
import { copyFile, mkdtemp, readdir, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileError, ImageError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { cacheKey, openContentCache } from "@covidxr/core/files";
import { decodeImage, encodeImage, type GreyImage, type RgbImage, resize } from "@covidxr/image";
import { beforeEach, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/copies.json";
import { THUMBNAIL_SIDE } from "./fingerprint.js";
import { fingerprintImage, fingerprintImages } from "./fingerprint-images.js";

let folder: string;
let cacheFolder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "covidxr-"));
  cacheFolder = join(folder, "cache");
});

const ramp = (step: number): GreyImage => ({
  width: 24,
  height: 20,
  data: Uint8Array.from({ length: 480 }, (_, i) => (i * step) % 256),
});

async function write(name: string, step: number, format: "png" | "jpeg" = "png"): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, await encodeImage(ramp(step), { format }));
  return path;
}

test("gives the fingerprint of the decoded file, with a cache and without", async () => {
  for (const format of ["png", "jpeg"] as const) {
    // The content tells the format, the name does not.
    const path = await write(`${format}.bin`, 7, format);
    const bytes = await encodeImage(ramp(7), { format });
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

test("pixelLimit: a larger image is a failure, also when its fingerprint is in the cache", async () => {
  const path = await write("a.png", 7);
  const take = (pixelLimit: number) => fingerprintImages([path], { cacheFolder, pixelLimit });
  expect((await take(480)).failures).toEqual([]);
  const { fingerprints, failures } = await take(479);
  expect(fingerprints).toEqual([]);
  expect(failures).toMatchObject([{ path, error: { image: path, reason: "too-large" } }]);
});

test("tells a JPEG that lacks the scans of its colours, decoded or from the cache", async () => {
  const path = join(folder, "cut.jpg");
  const bytes = await encodeImage(ramp(7), { format: "jpeg" });
  // The only scan is made one of the first channel: length, channels, its name and tables, spectral selection.
  const at = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xda);
  const channel = [...bytes.subarray(at + 5, at + 7)];
  const scan = [0xff, 0xda, 0, 8, 1, ...channel, 0, 63, 0, ...bytes.subarray(at + 14, -2)];
  await writeFile(path, Uint8Array.from([...bytes.subarray(0, at), ...scan, 0xff, 0xd9]));
  for (const decoded of [1, 0]) {
    const taken = await fingerprintImages([path], { cacheFolder, decoder: "jimp" });
    expect(taken).toMatchObject({ failures: [], decoded });
    expect(taken.fingerprints[0]?.incomplete).toMatch(/2 of 3 channels/);
  }
});

test("paths start from the root", async () => {
  const [of] = (await fingerprintImages([await write("a.png", 7)])).fingerprints;
  const { fingerprints, failures } = await fingerprintImages(["a.png", "none.png"], { root: folder });
  expect(fingerprints).toEqual([{ ...of, path: "a.png" }]);
  expect(failures).toMatchObject([{ path: "none.png", error: { path: join(folder, "none.png") } }]);
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

/** The pattern of `fixtures/generate_copies.py`. */
function pattern(width: number, height: number): RgbImage {
  const data = new Uint8Array(width * height * 3);
  let to = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < 3; c++) data[to++] = (x * 31 + y * 17 + c * 41 + x * y * 3) % 256;
    }
  }
  return { width, height, data };
}

const fingerprint = (image: RgbImage, bytes: Uint8Array = Uint8Array.of(1, 2, 3)) =>
  fingerprintImage({ path: "a.png", bytes, format: "png", image });

test.each(golden.thumbnails)("thumbnail of $width × $height is the exact mean of each area", (expected) => {
  const { thumbnail } = fingerprint(pattern(expected.width, expected.height));
  expect([...thumbnail.subarray(0, 8)]).toEqual(expected.first);
  expect(createHash("sha256").update(thumbnail).digest("hex")).toBe(expected.sha256);
});

test("names the file, its size and its bytes", () => {
  expect(fingerprint(pattern(7, 5))).toMatchObject({
    path: "a.png",
    bytes: 3,
    fileDigest: "039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81",
    format: "png",
    width: 7,
    height: 5,
    grey: false,
  });
});

test("the pixel digest tells pixels and sizes, not files", () => {
  const image = pattern(6, 4);
  const turned: RgbImage = { ...image, width: 4, height: 6 };
  const other: RgbImage = { ...image, data: image.data.map((value, i) => (i === 50 ? value ^ 1 : value)) };
  const { pixelDigest } = fingerprint(image);
  expect(fingerprint(image, Uint8Array.of(9)).pixelDigest).toBe(pixelDigest);
  expect(fingerprint(turned).pixelDigest).not.toBe(pixelDigest);
  expect(fingerprint(other).pixelDigest).not.toBe(pixelDigest);
});

test("grey images are distinguished from coloured ones, and shares of grey levels sum to 1", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.integer({ min: 1, max: 20 }),
      fc.nat(),
      (width, height, step) => {
        const data = new Uint8Array(width * height * 3).map(
          (_, i) => (Math.floor(i / 3) * (step % 97)) % 256,
        );
        const { grey, histogram, thumbnail } = fingerprint({ width, height, data });
        expect(grey).toBe(true);
        expect(histogram.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
        for (const level of new Set(data)) expect(histogram[level]).toBeGreaterThan(0);
        expect(Math.min(...thumbnail)).toBeGreaterThanOrEqual(Math.min(...data));
        expect(Math.max(...thumbnail)).toBeLessThanOrEqual(Math.max(...data));
        data[data.length - 1]! ^= 1;
        expect(fingerprint({ width, height, data }).grey).toBe(false);
      },
    ),
  );
});

test("an enlarged image has the same thumbnail", () => {
  const small = pattern(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  const large = resize(small, { width: 3 * THUMBNAIL_SIDE, height: 2 * THUMBNAIL_SIDE, method: "nearest" });
  expect(fingerprint(large).thumbnail).toEqual(fingerprint(small).thumbnail);
});

test("two lossless files of one image differ in their bytes alone", async () => {
  const image = pattern(30, 20);
  const first = await encodeImage(image, { format: "png" });
  const second = Uint8Array.from([...first, 0]);
  const [one, other] = await Promise.all(
    [first, second].map(async (bytes) => fingerprint(await decodeImage(first, { name: "a" }), bytes)),
  );
  expect({ ...other, fileDigest: "", bytes: 0 }).toEqual({ ...one, fileDigest: "", bytes: 0 });
  expect(other!.fileDigest).not.toBe(one!.fileDigest);
});

test.each([
  { width: 2, height: 2, data: new Uint8Array(4) },
  { width: 0, height: 2, data: new Uint8Array(0) },
])("refuses pixels that do not fit the size: $width × $height", (image) => {
  const attempt = () => fingerprint(image);
  expect(attempt).toThrow(InvalidArgumentError);
  expect(attempt).toThrow(expect.objectContaining({ parameter: "image" }));
});
