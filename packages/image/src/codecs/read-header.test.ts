import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { FILES, fixtureFile, ORIENTED, thrownBy } from "../testing/fixtures.js";
import { readImageSize } from "./read-header.js";

describe("readImageSize", () => {
  test.each(FILES)("reads the size of $name", ({ name, bytes }) => {
    expect(readImageSize(bytes, name)).toEqual({
      width: 13,
      height: 11,
      format: name.slice(0, name.indexOf(" ")),
    });
  });

  test("gives the size as stored, whatever the EXIF orientation", () => {
    for (const { name, bytes } of ORIENTED) {
      expect(readImageSize(bytes, name)).toMatchObject({ width: 13, height: 11 });
    }
  });

  test("needs no more than the header", () => {
    expect(readImageSize(fixtureFile("png rgb").bytes.subarray(0, 33), "a.png").width).toBe(13);
    const { bytes } = fixtureFile("jpeg rgb");
    const afterFrame = bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0) + 19;
    expect(readImageSize(bytes.subarray(0, afterFrame), "a.jpg").height).toBe(11);
  });

  test.each([
    ["empty", new Uint8Array(0)],
    ["unsupported-format", Uint8Array.of(0x42, 0x4d, 1, 2, 3)],
    ["truncated", fixtureFile("png rgb").bytes.subarray(0, 20)],
    ["truncated", fixtureFile("jpeg rgb").bytes.subarray(0, 20)],
    ["corrupt", changed("png rgb", 12, "IDAT")],
    ["corrupt", changed("png rgb", 24, "\u0007")],
    ["corrupt", changed("png rgb", 16, "\u0000\u0000\u0000\u0000")],
    ["corrupt", changed("jpeg rgb", 2, "x")],
    ["unsupported-format", withFrameCoding(0xc9)],
    ["unsupported-format", withFrameCoding(0xc3)],
  ])("says %s", async (reason, bytes) => {
    const error = await thrownBy(() => readImageSize(bytes, "folder/scan.img"));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "folder/scan.img", reason });
  });
});

test("names a DICOM file and what its conversion must do", async () => {
  const bytes = new Uint8Array(140);
  bytes.set(new TextEncoder().encode("DICM"), 128);
  const error = await thrownBy(() => readImageSize(bytes, "scan.dcm"));
  expect(error).toMatchObject({ image: "scan.dcm", reason: "unsupported-format" });
  expect((error as Error).message).toMatch(/got a DICOM file; .*window.*MONOCHROME1/);
});

function changed(kind: string, at: number, text: string): Uint8Array {
  const bytes = fixtureFile(kind).bytes.slice();
  for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  return bytes;
}

/** The JPEG with its frame marked as another coding: ffc3 is lossless, ffc9 arithmetic. */
function withFrameCoding(marker: number): Uint8Array {
  const bytes = fixtureFile("jpeg rgb").bytes.slice();
  bytes[bytes.findIndex((byte, i) => byte === 0xff && bytes[i + 1] === 0xc0) + 1] = marker;
  return bytes;
}
