import { InvalidArgumentError, isCovidxrError } from "@covidxr/core";
import { afterEach, describe, expect, jest, test } from "@jest/globals";
import jpeg from "@jimp/js-jpeg/package.json";
import png from "@jimp/js-png/package.json";
import own from "../../package.json";
import { fixtureFile, thrownBy } from "../testing/fixtures.js";
import { type Decoder, resolveDecoder } from "./decoders.js";

const VERSION = /^\d+\.\d+\.\d+/;

describe("resolveDecoder", () => {
  afterEach(() => {
    jest.dontMock("sharp");
    jest.resetModules();
  });

  test("prefers sharp and names versions", async () => {
    const sharp = await resolveDecoder("sharp");
    expect(sharp).toEqual({ name: "sharp", version: expect.stringMatching(VERSION) });
    expect(await resolveDecoder()).toEqual(sharp);
    expect(await resolveDecoder("jimp")).toEqual({ name: "jimp", version: jpeg.version });
    expect(png.version).toBe(jpeg.version);
    const { "@jimp/js-jpeg": pinned, "@jimp/js-png": alsoPinned } = own.dependencies;
    expect([pinned, alsoPinned]).toEqual([jpeg.version, jpeg.version]);
  });

  test("falls back to jimp, and says what to do when sharp is asked for, where sharp is not installed", async () => {
    jest.resetModules();
    jest.doMock("sharp", () => {
      throw new Error("Cannot find module 'sharp'");
    });
    const { resolveDecoder: resolve } = await import("./decoders.js");
    const { decodeImage } = await import("./decode-image.js");
    expect((await resolve("auto")).name).toBe("jimp");
    const { bytes, expected } = fixtureFile("png rgb");
    expect(await decodeImage(bytes, { name: "x.png" })).toEqual(expected);
    const error = await thrownBy(() => resolve("sharp"));
    expect(isCovidxrError(error)).toBe(true);
    expect(error).toMatchObject({ kind: "invalid-argument", parameter: "decoder", value: "sharp" });
  });

  test("decodes on this thread where none can be started", async () => {
    jest.resetModules();
    jest.doMock("node:worker_threads", () => ({
      Worker: class {
        constructor() {
          throw new Error("no threads");
        }
      },
    }));
    const { decodeImage } = await import("./decode-image.js");
    const { bytes, expected } = fixtureFile("png rgb");
    expect(await decodeImage(bytes, { name: "x.png", decoder: "jimp" })).toEqual(expected);
    jest.dontMock("node:worker_threads");
  });

  test("names the parameter on an unknown decoder", async () => {
    const error = await thrownBy(() => resolveDecoder("canvas" as Decoder));
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter: "decoder", value: "canvas" });
  });
});
