import { ImageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import { encodePng } from "../testing/encode-png.js";
import { FILES, fixtureFile, thrownBy } from "../testing/fixtures.js";
import { readPngHeader, readPngStructure } from "./png-header.js";

const structure = (bytes: Uint8Array) => readPngStructure(bytes, readPngHeader(bytes, "a.png"), "a.png");
/** Types of a file's chunks. */
const chunks = (bytes: Uint8Array): string[] => {
  const types: string[] = [];
  for (let at = 8; at < bytes.length; at += 12 + Buffer.from(bytes).readUInt32BE(at)) {
    types.push(Buffer.from(bytes.subarray(at + 4, at + 8)).toString());
  }
  return types;
};

describe("readPngStructure", () => {
  test("leaves out what the pixels do not need, and bytes after the end", () => {
    for (const { bytes } of FILES.filter((file) => file.name.startsWith("png"))) {
      const types = chunks(structure(bytes).opaque);
      expect(types.every((type) => ["IHDR", "PLTE", "IDAT", "IEND"].includes(type))).toBe(true);
      expect([types[0], types.at(-1)]).toEqual(["IHDR", "IEND"]);
    }
  });

  test("leaves out texts and profiles, whatever they unpack to, but no chunk that must be understood", () => {
    const samples = new Uint8Array(12);
    const kept = ["zTXt", "iCCP", "CgBI"].flatMap((type) =>
      chunks(structure(encodePng({ width: 2, height: 2, samples, chunks: [[type, samples]] })).opaque),
    );
    expect(kept.filter((type) => !["IHDR", "IDAT", "IEND"].includes(type))).toEqual(["CgBI"]);
  });

  test("keeps a plain file as it is", () => {
    const { bytes } = fixtureFile("png rgb");
    expect(structure(bytes).opaque).toEqual(bytes);
  });

  test("refuses pixels that so few bytes cannot hold", async () => {
    const bytes = encodePng({ width: 2, height: 2, samples: new Uint8Array(12) });
    new DataView(bytes.buffer).setUint32(16, 6000);
    new DataView(bytes.buffer).setUint32(20, 6000);
    const error = await thrownBy(() => structure(bytes));
    expect(error).toBeInstanceOf(ImageError);
    expect(error).toMatchObject({ image: "a.png", reason: "corrupt" });
  });
});
