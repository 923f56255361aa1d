import { createHash } from "node:crypto";
import { InvalidArgumentError } from "@covidxr/core";
import { decodeImage, encodeImage, type RgbImage, resize } from "@covidxr/image";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../fixtures/copies.json";
import { THUMBNAIL_SIDE } from "./fingerprint.js";
import { fingerprintImage } from "./fingerprint-image.js";

/** The pattern of `fixtures/generate_copies.py`. */
function picture(width: number, height: number): RgbImage {
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
  const { thumbnail } = fingerprint(picture(expected.width, expected.height));
  expect([...thumbnail.subarray(0, 8)]).toEqual(expected.first);
  expect(createHash("sha256").update(thumbnail).digest("hex")).toBe(expected.sha256);
});

test("names the file, its size and its bytes", () => {
  expect(fingerprint(picture(7, 5))).toMatchObject({
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
  const image = picture(6, 4);
  const turned: RgbImage = { ...image, width: 4, height: 6 };
  const other: RgbImage = { ...image, data: image.data.map((value, i) => (i === 50 ? value ^ 1 : value)) };
  const { pixelDigest } = fingerprint(image);
  expect(fingerprint(image, Uint8Array.of(9)).pixelDigest).toBe(pixelDigest);
  expect(fingerprint(turned).pixelDigest).not.toBe(pixelDigest);
  expect(fingerprint(other).pixelDigest).not.toBe(pixelDigest);
});

test("grey pictures are told from coloured ones, and shares of grey levels sum to 1", () => {
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

test("an enlarged picture has the same thumbnail", () => {
  const small = picture(THUMBNAIL_SIDE, THUMBNAIL_SIDE);
  const large = resize(small, { width: 3 * THUMBNAIL_SIDE, height: 2 * THUMBNAIL_SIDE, method: "nearest" });
  expect(fingerprint(large).thumbnail).toEqual(fingerprint(small).thumbnail);
});

test("two lossless files of one picture differ in their bytes alone", async () => {
  const image = picture(30, 20);
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
