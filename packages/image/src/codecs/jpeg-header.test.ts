import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { fixtureFile, thrownBy } from "../testing/fixtures.js";
import { checkJpegIsComplete, readJpegHeader } from "./jpeg-header.js";

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

describe("checkJpegIsComplete", () => {
  test("takes a file with several scans, and one with bytes after its end", () => {
    for (const kind of ["jpeg rgb, progressive", "jpeg with bytes after its end"]) {
      const { bytes } = fixtureFile(kind);
      expect(() => checkJpegIsComplete(bytes, readJpegHeader(bytes, kind), kind)).not.toThrow();
    }
  });

  test("tells a second frame among the pixels", async () => {
    const { bytes } = fixtureFile("jpeg rgb");
    const doubled = Uint8Array.from([...bytes.subarray(0, -2), ...bytes.subarray(bytes.indexOf(0xc0) - 1)]);
    const error = await thrownBy(() =>
      checkJpegIsComplete(doubled, readJpegHeader(doubled, "two.jpg"), "two.jpg"),
    );
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "two.jpg", reason: "corrupt" });
  });
});
