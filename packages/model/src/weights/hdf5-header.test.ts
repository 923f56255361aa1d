import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { HDF5_HEADER_BYTES, readHdf5Header } from "./hdf5-header.js";

function header(version: number, addressBytes: number, place: number, bytes: bigint): Uint8Array {
  const data = new Uint8Array(HDF5_HEADER_BYTES);
  data.set([0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a, version]);
  data[version === 0 ? 13 : 9] = addressBytes;
  new DataView(data.buffer).setBigUint64(place, bytes, true);
  return data;
}

describe("readHdf5Header", () => {
  test.each([
    { version: 0, place: 40 },
    { version: 2, place: 28 },
    { version: 3, place: 28 },
  ])("reads the length from superblock version $version", ({ version, place }) => {
    expect(readHdf5Header(header(version, 8, place, 41_705_100n))).toEqual({
      isHdf5: true,
      bytes: 41_705_100,
    });
  });

  test.each([
    { version: 1, addressBytes: 8 },
    { version: 4, addressBytes: 8 },
    { version: 0, addressBytes: 4 },
  ])(
    "leaves version $version with $addressBytes-byte addresses to the library",
    ({ version, addressBytes }) => {
      expect(readHdf5Header(header(version, addressBytes, 40, 1n))).toEqual({
        isHdf5: true,
        bytes: undefined,
      });
    },
  );

  test("knows other content, however short, as no HDF5", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (content) => {
        fc.pre(content[0] !== 0x89);
        expect(readHdf5Header(content)).toEqual({ isHdf5: false, bytes: undefined });
      }),
    );
  });
});
