import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { fixtureFile, thrownBy } from "../testing/fixtures.js";
import { readJpegHeader } from "./jpeg-header.js";

const header = (kind: string) => readJpegHeader(fixtureFile(kind).bytes, kind);

describe("readJpegHeader", () => {
  test.each([
    ["jpeg grey", 1, false],
    ["jpeg rgb", 3, false],
    ["jpeg cmyk", 4, true],
    ["jpeg cmyk without an Adobe marker", 4, false],
  ])("reads the channels of %s", (kind, channels, isAdobe) => {
    expect(header(kind)).toMatchObject({ channels, isAdobe });
  });

  test.each([
    ["jpeg rgb", true],
    ["jpeg stored as RGB", false],
    ["jpeg with an Adobe marker, stored as RGB", false],
  ])("tells how the colours of %s are stored", (kind, isYcc) => {
    expect(header(kind).isYcc).toBe(isYcc);
  });

  test("skips fill bytes before a marker", () => {
    const { bytes } = fixtureFile("jpeg rgb");
    const filled = Uint8Array.from([0xff, 0xd8, 0xff, 0xff, ...bytes.subarray(2)]);
    expect(readJpegHeader(filled, "filled.jpg").width).toBe(13);
  });
});

test.each([
  ["a sampling factor of 0", 0x01],
  ["a sampling factor of 5", 0x51],
])("refuses %s", async (_, factors) => {
  const bytes = fixtureFile("jpeg rgb").bytes.slice();
  bytes[bytes.indexOf(0xc0) + 10] = factors;
  const error = await thrownBy(() => readJpegHeader(bytes, "a.jpg"));
  expect(error).toBeInstanceOf(ImageError);
  expect(error).toMatchObject({ image: "a.jpg", reason: "corrupt" });
});
