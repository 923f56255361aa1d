import { describe, expect, test } from "@jest/globals";
import { FILES, fixtureFile } from "../testing/fixtures.js";
import { readPngStructure } from "./png-header.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");

describe("readPngStructure", () => {
  test("leaves out transparency and bytes after the end, and nothing else", () => {
    for (const { name, bytes } of FILES.filter((file) => file.name.startsWith("png"))) {
      const { opaque } = readPngStructure(bytes, name);
      const end = text(bytes).lastIndexOf("IEND") + 8;
      const at = text(bytes).indexOf("tRNS");
      const transparency = at < 0 ? 0 : 12 + new DataView(bytes.buffer).getUint32(at - 4);
      expect(opaque.length).toBe(end - transparency);
      expect(text(opaque)).not.toContain("tRNS");
    }
  });

  test("keeps a plain file as it is", () => {
    const { bytes } = fixtureFile("png rgb");
    expect(readPngStructure(bytes, "a.png").opaque).toEqual(bytes);
  });
});
