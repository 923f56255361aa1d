import { gzipSync } from "node:zlib";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { crc32 } from "./crc-32.js";

test("has the check value of CRC-32 and 0 for no bytes", () => {
  expect(crc32(Buffer.from("123456789"))).toBe(0xcbf43926); // ITU-T V.42 in the catalogue of parametrised CRCs
  expect(crc32(new Uint8Array())).toBe(0);
});

test("equals the checksum that gzip writes, in one piece or two", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const packed = gzipSync(bytes);
      const expected = packed.readUInt32LE(packed.length - 8); // RFC 1952, 2.3.1
      expect(crc32(bytes)).toBe(expected);
      expect(crc32(bytes.subarray(cut), crc32(bytes.subarray(0, cut)))).toBe(expected);
    }),
  );
});
