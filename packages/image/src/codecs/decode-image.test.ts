import { ImageError, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { encodePng } from "../testing/encode-png.js";
import { difference, FILES, fixtureFile, formulaPixels, ORIENTED, thrownBy } from "../testing/fixtures.js";
import { decodeImage, orient } from "./decode-image.js";
import { encodeImage } from "./encode-image.js";

const DECODERS = ["jimp", "sharp"] as const;
/** Kinds that jimp cannot read at all. */
const SHARP_ONLY = "jpeg cmyk without an Adobe marker";
/** Chroma at half the resolution: jimp repeats it, Pillow and sharp interpolate. */
const SUBSAMPLED = "jpeg rgb, chroma subsampled";

/** Largest difference from Pillow that the decoder's own rounding may make. */
function tolerance(decoder: string, file: string): number {
  if (file.startsWith("png")) return 0;
  if (decoder === "sharp") return 1;
  return file === SUBSAMPLED ? 16 : 3;
}

describe.each(DECODERS)("decodeImage with %s", (decoder) => {
  test.each(FILES.filter(({ name }) => decoder === "sharp" || name !== SHARP_ONLY))(
    "reads $name to the reference pixels",
    async ({ name, bytes, expected }) => {
      const { width, height, data } = await decodeImage(bytes, { name, decoder });
      expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
      expect(difference(data, expected.data).max).toBeLessThanOrEqual(tolerance(decoder, name));
    },
  );

  test.each(ORIENTED)("turns $name upright", async ({ name, bytes, expected }) => {
    const { width, height, data } = await decodeImage(bytes, { name, decoder });
    expect({ width, height }).toEqual({ width: expected.width, height: expected.height });
    expect(difference(data, expected.data).max).toBeLessThanOrEqual(tolerance(decoder, name));
  });

  test.each(ORIENTED)("leaves $name as stored when asked to", async ({ name, format, bytes }) => {
    const stored = ORIENTED.find((file) => file.format === format && file.orientation === 1)!.expected;
    const { width, height, data } = await decodeImage(bytes, { name, decoder, orientation: "ignore" });
    expect({ width, height }).toEqual({ width: stored.width, height: stored.height });
    expect(difference(data, stored.data).max).toBeLessThanOrEqual(tolerance(decoder, name));
  });

  test("gives back what encodeImage wrote as PNG", async () => {
    const rgb = formulaPixels(17, 9);
    const bytes = await encodeImage(rgb, { format: "png" });
    expect(await decodeImage(bytes, { name: "rgb.png", decoder })).toEqual(rgb);
    const grey = { width: 9, height: 17, data: rgb.data.filter((_, i) => i % 3 === 1) };
    const decoded = await decodeImage(await encodeImage(grey, { format: "png" }), { name: "g.png", decoder });
    expect(decoded.data).toEqual(Uint8Array.from(rgb.data, (_, i) => grey.data[Math.floor(i / 3)]!));
  });

  test("leaves the caller's bytes unchanged", async () => {
    for (const { name, bytes } of FILES) {
      const before = bytes.slice();
      await decodeImage(bytes, { name, decoder }).catch(() => undefined);
      expect(difference(bytes, before).max).toBe(0);
    }
  });

  test.each([
    "jpeg rgb",
    "jpeg rgb, progressive",
    "jpeg grey",
    "png rgb",
    "png rgba, 16 bits",
    "png palette",
  ])("tells a %s cut anywhere by its name and reason", async (kind) => {
    const { bytes } = fixtureFile(kind);
    for (let length = 8; length < bytes.length; length += 7) {
      const cut = bytes.slice(0, length);
      const error = await thrownBy(() => decodeImage(cut, { name: "cut.img", decoder }));
      expect(error).toBeInstanceOf(ImageError);
      expect(error).toMatchObject({ image: "cut.img", reason: "truncated" });
    }
  });

  test.each([
    ["no bytes", new Uint8Array(0), "empty"],
    ["text", new TextEncoder().encode("not an image at all"), "unsupported-format"],
    ["a GIF", new TextEncoder().encode("GIF89a\u0001\u0000\u0001\u0000"), "unsupported-format"],
    ["PNG pixels overwritten", overwritten("png rgb", 45, 60), "corrupt"],
    ["JPEG tables overwritten", overwritten("jpeg rgb", 30, 120), "corrupt"],
    ["a JPEG that ends within its pixels", shortened("jpeg rgb"), "corrupt"],
  ])("tells %s by its reason", async (_, bytes, reason) => {
    const error = await thrownBy(() => decodeImage(bytes, { name: "scan.jpg", decoder }));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "scan.jpg", reason });
  });

  test("refuses a picture over the pixel limit before decoding it", async () => {
    const claims = hugePng(100_000, 100_000);
    const error = await thrownBy(() => decodeImage(claims, { name: "huge.png", decoder }));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "huge.png", reason: "too-large" });

    const { bytes, expected } = fixtureFile("jpeg rgb");
    const pixels = expected.width * expected.height;
    const atLimit = await decodeImage(bytes, { name: "x", decoder, pixelLimit: pixels });
    expect(atLimit.width).toBe(expected.width);
    const over = await thrownBy(() => decodeImage(bytes, { name: "x", decoder, pixelLimit: pixels - 1 }));
    expect(over).toMatchObject({ reason: "too-large" });
  });

  test.each([
    [1, 100_000_000],
    [100_000_000, 1],
    [65_536, 1],
  ])("refuses sides of %i × %i, whatever the limit of pixels", async (width, height) => {
    const options = { name: "side.png", decoder, pixelLimit: Number.MAX_SAFE_INTEGER };
    const error = await thrownBy(() => decodeImage(hugePng(width, height), options));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "side.png", reason: "too-large" });
  });

  test("refuses an interlaced PNG that unpacks to more than its pixels", async () => {
    const bomb = encodePng({
      width: 13,
      height: 11,
      samples: new Uint8Array(13 * 11 * 3),
      interlaced: 8_000_000,
    });
    const outcome = await decodeImage(bomb, { name: "bomb.png", decoder }).catch((error) => error);
    // sharp reads row by row and stops where the pixels end.
    if (decoder === "sharp") expect(outcome).toMatchObject({ width: 13, height: 11 });
    else expect(outcome).toMatchObject({ name: "ImageError", image: "bomb.png", reason: "corrupt" });
  });

  test("stops at once when the signal fires, and decodes the next file", async () => {
    const slow = await encodeImage(formulaPixels(700, 700), { format: "jpeg" });
    const controller = new AbortController();
    const outcome = thrownBy(() =>
      decodeImage(slow, { name: "slow.jpg", decoder, signal: controller.signal }),
    );
    setImmediate(() => controller.abort());
    expect(await outcome).toBeInstanceOf(InterruptedError);
    const { bytes, expected } = fixtureFile("png rgb");
    expect(await decodeImage(bytes, { name: "next.png", decoder })).toEqual(expected);
    const late = await thrownBy(() =>
      decodeImage(bytes, { name: "a.png", decoder, signal: AbortSignal.abort() }),
    );
    expect(late).toBeInstanceOf(InterruptedError);
  });

  test("decodes damaged bytes or says that it cannot, and nothing else", async () => {
    const damage = fc.array(
      fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), value: fc.integer({ min: 0, max: 255 }) }),
      { minLength: 1, maxLength: 6 },
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...FILES), damage, async ({ name, bytes }, edits) => {
        const damaged = bytes.slice();
        for (const { at, value } of edits) damaged[Math.floor(at * (damaged.length - 1))] = value;
        // A small limit keeps a damaged size from being decoded at length.
        const outcome = await decodeImage(damaged, { name, decoder, pixelLimit: 10_000 }).catch((e) => e);
        if (outcome instanceof ImageError) {
          expect(outcome.image).toBe(name);
        } else {
          expect(outcome).not.toBeInstanceOf(Error);
          expect(outcome.data).toHaveLength(outcome.width * outcome.height * 3);
        }
      }),
      { numRuns: 300 },
    );
  });

  test("takes any bytes for an image or says what is wrong", async () => {
    const start = fc.constantFrom(
      [],
      [0xff, 0xd8],
      [0xff, 0xd8, 0xff],
      [...fixtureFile("png rgb").bytes.subarray(0, 33)],
    );
    await fc.assert(
      fc.asyncProperty(start, fc.uint8Array({ maxLength: 400 }), async (head, tail) => {
        const bytes = Uint8Array.from([...head, ...tail]);
        const error = await thrownBy(() =>
          decodeImage(bytes, { name: "noise", decoder, pixelLimit: 10_000 }),
        );
        expect(error).toBeInstanceOf(ImageError);
      }),
    );
  });
});

test("jimp tells that a CMYK JPEG without an Adobe marker is beyond it", async () => {
  const { bytes } = fixtureFile(SHARP_ONLY);
  const error = await thrownBy(() => decodeImage(bytes, { name: "press.jpg", decoder: "jimp" }));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "press.jpg", reason: "unsupported-format" });
});

test.each([
  ["pixelLimit", { pixelLimit: 0 }],
  ["pixelLimit", { pixelLimit: Number.NaN }],
  ["orientation", { orientation: "upright" }],
  ["decoder", { decoder: "canvas" }],
])("names the option %s when it is wrong", async (parameter, options) => {
  const error = await thrownBy(() =>
    decodeImage(fixtureFile("png rgb").bytes, { name: "x", ...(options as object) }),
  );
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ parameter });
});

test("asks for bytes where a path is given", async () => {
  const error = await thrownBy(() => decodeImage("scan.png" as unknown as Uint8Array, { name: "scan.png" }));
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ parameter: "bytes" });
});

function overwritten(kind: string, from: number, to: number): Uint8Array {
  const bytes = fixtureFile(kind).bytes.slice();
  for (let i = from; i < Math.min(to, bytes.length - 14); i++) bytes[i] = (i * 89 + 7) % 251;
  return bytes;
}

/** Drops pixel data but keeps the end marker. */
function shortened(kind: string): Uint8Array {
  const { bytes } = fixtureFile(kind);
  return Uint8Array.from([...bytes.subarray(0, bytes.length - 60), 0xff, 0xd9]);
}

/** A PNG of a few bytes whose header claims the given size. */
function hugePng(width: number, height: number): Uint8Array {
  const bytes = fixtureFile("png rgb").bytes.slice(0, 45);
  const view = new DataView(bytes.buffer);
  view.setUint32(16, width);
  view.setUint32(20, height);
  return bytes;
}

/** Orientation that undoes another. */
const INVERSES = [
  [1, 1],
  [2, 2],
  [3, 3],
  [4, 4],
  [5, 5],
  [6, 8],
  [7, 7],
  [8, 6],
] as const;

describe("orient", () => {
  test.each(INVERSES)("orientation %i is undone by %i", (there, back) => {
    const image = formulaPixels(5, 3);
    expect(orient(orient(image, there), back)).toEqual(image);
  });

  test("6 turns the stored picture a quarter clockwise", () => {
    const image = { width: 2, height: 1, data: Uint8Array.of(1, 1, 1, 2, 2, 2) };
    expect(orient(image, 6)).toEqual({ width: 1, height: 2, data: image.data });
    expect(orient(image, 8)).toEqual({ width: 1, height: 2, data: Uint8Array.of(2, 2, 2, 1, 1, 1) });
  });
});
