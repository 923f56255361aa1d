import { isDeepStrictEqual } from "node:util";
import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { encodeImage } from "./encode-image.js";

const GREY = { width: 5, height: 4, data: Uint8Array.from({ length: 20 }, (_, i) => i * 12) };
const RGB = { width: 5, height: 4, data: Uint8Array.from({ length: 60 }, (_, i) => i * 4) };

describe("encodeImage", () => {
  test("writes a grey PNG for grey pixels and a colour PNG for colour pixels", async () => {
    const grey = await encodeImage(GREY, { format: "png" });
    const rgb = await encodeImage(RGB, { format: "png" });
    expect([grey[25], rgb[25]]).toEqual([0, 2]);
    expect(Array.from(grey.subarray(1, 4))).toEqual([0x50, 0x4e, 0x47]);
  });

  test("writes a complete JPEG whose size grows with quality", async () => {
    const low = await encodeImage(RGB, { format: "jpeg", quality: 10 });
    const high = await encodeImage(RGB, { format: "jpeg", quality: 95 });
    for (const bytes of [low, high]) {
      expect(Array.from(bytes.subarray(0, 2))).toEqual([0xff, 0xd8]);
      expect(Array.from(bytes.subarray(-2))).toEqual([0xff, 0xd9]);
    }
    expect(high.length).toBeGreaterThan(low.length);
  });

  test("gives the same bytes for the same pixels", async () => {
    for (const format of ["png", "jpeg"] as const) {
      const first = await encodeImage(GREY, { format });
      expect(isDeepStrictEqual(await encodeImage(GREY, { format }), first)).toBe(true);
    }
  });

  test.each([
    ["image", { ...RGB, data: RGB.data.subarray(1) }, { format: "png" }],
    ["image", { ...RGB, width: 0 }, { format: "png" }],
    ["quality", RGB, { format: "jpeg", quality: 0 }],
    ["format", RGB, { format: "gif" }],
  ] as const)("names the parameter %s when it is wrong", async (parameter, image, options) => {
    const error = await encodeImage(image, options as { format: "png" }).catch((caught) => caught);
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect((error as InvalidArgumentError).parameter).toBe(parameter);
  });
});
