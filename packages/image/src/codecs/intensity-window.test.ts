import { ImageError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { encodePng } from "../testing/encode-png.js";
import { thrownBy } from "../testing/fixtures.js";
import { decodeImage, decodeWithRemarks } from "./decode-image.js";

const DECODERS = ["jimp", "sharp"] as const;
const width = 64;
const height = 32;

/** A ramp from `low` to `high` over the whole picture. */
const ramp = (low: number, high: number, channels = 1): Uint16Array =>
  Uint16Array.from({ length: width * height * channels }, (_, i) =>
    Math.round(low + ((high - low) * Math.floor(i / channels)) / (width * height - 1)),
  );

const wide = (samples: Uint16Array) => encodePng({ width, height, samples });
const red = (data: Uint8Array) => Array.from({ length: data.length / 3 }, (_, i) => data[3 * i]!);

describe.each(DECODERS)("a 16-bit PNG with %s", (decoder) => {
  test.each([
    [8, 255, { center: 128, width: 256 }],
    [10, 1023, { center: 512, width: 1024 }],
    [12, 4095, { center: 2048, width: 4096 }],
    [12, 3071, { center: 2048, width: 4096 }],
    [14, 16383, { center: 8192, width: 16384 }],
    [15, 32767, { center: 16384, width: 32768 }],
  ])("of %i bits (largest value %i) is refused with the window that shows it", async (_, high, window) => {
    const bytes = wide(ramp(0, high));
    const error = await thrownBy(() => decodeImage(bytes, { name: "scan.png", decoder }));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "scan.png", reason: "narrow-range", window });
    const { data } = await decodeImage(bytes, { name: "scan.png", decoder, window });
    // The same as its values divided by the largest that its bits can hold.
    expect(red(data)).toEqual(
      Array.from(ramp(0, high), (value) => Math.round((value / (window.width - 1)) * 255)),
    );
  });

  test("whose values are signed ones moved up is refused with the window over them", async () => {
    const bytes = wide(ramp(32768 - 1024, 32768 + 2000));
    const error = await thrownBy(() => decodeImage(bytes, { name: "scan.png", decoder }));
    expect(error).toMatchObject({ reason: "narrow-range", window: { center: 33256.5, width: 3025 } });
    const window = (error as ImageError).window!;
    const levels = red((await decodeImage(bytes, { name: "scan.png", decoder, window })).data);
    expect([levels[0], levels.at(-1)]).toEqual([0, 255]);
  });

  test.each([
    ["of full range", ramp(0, 65535), undefined],
    ["of half the range and more", ramp(100, 40000), undefined],
    ["of one value", ramp(7, 7), undefined],
    ["of twelve bits that are meant as they are", ramp(0, 4095), "full" as const],
  ])("%s keeps its upper bytes", async (_, samples, window) => {
    const { data } = await decodeImage(wide(samples), { name: "x", decoder, ...(window && { window }) });
    expect(red(data)).toEqual(Array.from(samples, (value) => value >> 8));
  });

  // Values by hand from DICOM PS3.3, C.11.2.1.2.1: ((x - (c - 0.5)) / (w - 1) + 0.5) * 255.
  test("goes through the window as DICOM defines it", async () => {
    const samples = Uint16Array.of(0, 499, 500, 899, 900, 1000, 1100, 1101, 65535);
    const bytes = encodePng({ width: 9, height: 1, samples });
    const { data } = await decodeImage(bytes, { name: "x", decoder, window: { center: 800, width: 601 } });
    expect(red(data)).toEqual([0, 0, 0, 170, 170, 213, 255, 255, 255]);
    const step = await decodeImage(bytes, { name: "x", decoder, window: { center: 900, width: 1 } });
    expect(red(step.data)).toEqual([0, 0, 0, 0, 255, 255, 255, 255, 255]);
  });

  test("in colour or with alpha gives the same levels as its grey copy", async () => {
    const window = { center: 2048, width: 4096 };
    const grey = await decodeImage(wide(ramp(0, 4095)), { name: "x", decoder, window });
    for (const channels of [2, 3, 4]) {
      const copy = await decodeImage(wide(ramp(0, 4095, channels)), { name: "x", decoder, window });
      expect(copy).toEqual(grey);
    }
  });

  test("leaves images of eight bits alone", async () => {
    const samples = Uint8Array.from({ length: width * height }, (_, i) => i % 200);
    const bytes = encodePng({ width, height, samples });
    const plain = await decodeImage(bytes, { name: "x", decoder });
    expect(await decodeImage(bytes, { name: "x", decoder, window: { center: 2048, width: 4096 } })).toEqual(
      plain,
    );
  });

  test("says what the pixels do not show", async () => {
    const remarksOf = async (bytes: Uint8Array) =>
      (await decodeWithRemarks(bytes, { name: "x", decoder })).remarks;
    const alpha = (least: number) => Uint8Array.from({ length: 8 }, (_, i) => (i === 3 ? least : 255));
    const rgba = (least: number) => encodePng({ width: 2, height: 1, samples: alpha(least) });
    expect(await remarksOf(rgba(255))).toEqual([]);
    expect(await remarksOf(rgba(254))).toEqual([expect.stringContaining("transparent pixels")]);
    const samples = Uint8Array.of(1, 2);
    const animated = [["acTL", Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 0)]] as const;
    expect(await remarksOf(encodePng({ width: 2, height: 1, samples, chunks: animated }))).toEqual([
      expect.stringContaining("first of 3 frames"),
    ]);
    const key = [["tRNS", Uint8Array.of(0, 1)]] as const;
    expect(await remarksOf(encodePng({ width: 2, height: 1, samples, chunks: key }))).toEqual([
      expect.stringContaining("transparent pixels"),
    ]);
  });
});

test.each([
  ["window", null],
  ["window", "auto"],
  ["window", [2048, 4096]],
  ["window.width", { center: 2048, width: 0 }],
  ["window.center", { center: Number.NaN, width: 2 }],
  ["centre", { centre: 2048, width: 4096 }],
])("names the option %s when it is %j", async (parameter, window) => {
  const error = await thrownBy(() =>
    decodeImage(wide(ramp(0, 4095)), { name: "x", window: window as "full" }),
  );
  expect(error).toBeInstanceOf(InvalidArgumentError);
  expect(error).toMatchObject({ parameter });
});
