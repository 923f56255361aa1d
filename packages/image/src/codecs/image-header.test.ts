import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { exifOrientation } from "./image-header.js";

/** A TIFF block with a directory of one entry. */
function block(options: {
  little: boolean;
  tag?: number;
  type?: number;
  count?: number;
  value: number;
}): Uint8Array {
  const { little, tag = 0x0112, type = 3, count = 1, value } = options;
  const view = new DataView(new ArrayBuffer(22));
  view.setUint16(0, little ? 0x4949 : 0x4d4d);
  view.setUint16(2, 42, little);
  view.setUint32(4, 8, little);
  view.setUint16(8, 1, little);
  view.setUint16(10, tag, little);
  view.setUint16(12, type, little);
  view.setUint32(14, count, little);
  view.setUint16(18, value, little);
  return new Uint8Array(view.buffer);
}

describe("exifOrientation", () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])("reads %i in either byte order", (value) => {
    expect(exifOrientation(block({ little: true, value }))).toBe(value);
    expect(exifOrientation(block({ little: false, value }))).toBe(value);
  });

  test.each([
    ["a value out of range", block({ little: true, value: 9 })],
    ["a value of 0", block({ little: true, value: 0 })],
    ["another tag", block({ little: true, tag: 0x0100, value: 6 })],
    ["another type", block({ little: true, type: 4, value: 6 })],
    ["more than one value", block({ little: true, count: 2, value: 6 })],
    ["an unknown byte order", block({ little: true, value: 6 }).fill(0, 0, 2)],
    ["a cut block", block({ little: true, value: 6 }).subarray(0, 20)],
    ["nothing", new Uint8Array(0)],
  ])("takes %s for upright", (_, bytes) => {
    expect(exifOrientation(bytes)).toBe(1);
  });

  test("gives 1 to 8 for any bytes", () => {
    const head = fc.constantFrom([], [0x49, 0x49, 42, 0, 8, 0, 0, 0], [0x4d, 0x4d, 0, 42, 0, 0, 0, 8]);
    fc.assert(
      fc.property(head, fc.uint8Array({ maxLength: 80 }), (start, rest) => {
        const orientation = exifOrientation(Uint8Array.from([...start, ...rest]));
        expect(orientation).toBeGreaterThanOrEqual(1);
        expect(orientation).toBeLessThanOrEqual(8);
      }),
    );
  });
});
