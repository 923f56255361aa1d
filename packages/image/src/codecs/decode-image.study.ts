import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { resize } from "../pixels/resize.js";
import { difference } from "../testing/fixtures.js";
import { decodeImage } from "./decode-image.js";
import { isJpeg } from "./jpeg-header.js";
import { readImageSize } from "./read-header.js";

const STUDY = join(process.env.COVIDXR_SHARED ?? join(process.cwd(), "..", "shared"), "study");
const FOLDERS = [join("covid-chestxray-dataset", "images"), join("chest_xray", "train", "NORMAL")];

describe("every radiograph of the study", () => {
  let paths: string[] = [];

  beforeAll(() => {
    for (const folder of FOLDERS) {
      if (!existsSync(join(STUDY, folder))) {
        throw new Error(
          `expected the study's images in ${join(STUDY, folder)}; set COVIDXR_SHARED to its parent`,
        );
      }
    }
    paths = FOLDERS.flatMap((folder) =>
      readdirSync(join(STUDY, folder)).map((name) => join(STUDY, folder, name)),
    );
  });

  test("is there: 190 of the 195 and 106 normals", () => {
    expect(paths).toHaveLength(296);
  });

  test("decodes with both decoders to the same pixels, up to the JPEG decoders' rounding", async () => {
    let largest = 0;
    let total = 0;
    let jpegs = 0;
    for (const path of paths) {
      const bytes = readFileSync(path);
      const size = readImageSize(bytes, path);
      const [jimp, sharp] = await Promise.all(
        (["jimp", "sharp"] as const).map(async (decoder) => {
          const image = await decodeImage(bytes, { name: path, decoder, orientation: "apply" });
          expect(image).toMatchObject({ width: size.width, height: size.height });
          return resize(image, { height: 320, width: 382, method: "nearest" }).data;
        }),
      );
      const { max, mean } = difference(jimp!, sharp!);
      if (isJpeg(bytes)) {
        largest = Math.max(largest, max);
        total += mean;
        jpegs++;
        // Subsampled chroma differs at coloured marks burnt into the picture; radiographs themselves are grey.
        expect(mean).toBeLessThan(1);
      } else {
        expect(max).toBe(0);
      }
    }
    expect(jpegs).toBe(260);
    // Measured: 63 and 0.102 grey levels.
    expect(largest).toBeLessThanOrEqual(64);
    expect(total / jpegs).toBeLessThan(0.15);
  }, 600_000);
});
