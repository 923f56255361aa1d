import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { difference, formulaPixels, NEAREST_POSITIONS, RESIZED, thrownBy } from "../testing/fixtures.js";
import type { RgbImage } from "./image.js";
import { type ResizeMethod, resize } from "./resize.js";

const METHODS = ["nearest", "bilinear"] as const;
const side = fc.integer({ min: 1, max: 24 });
const anyImage = fc
  .tuple(side, side)
  .chain(([height, width]) =>
    fc
      .uint8Array({ minLength: height * width * 3, maxLength: height * width * 3 })
      .map((data): RgbImage => ({ height, width, data })),
  );

describe("resize", () => {
  test.each(RESIZED)("$method $input to $output equals Pillow", ({ input, output, method, data }) => {
    const image = formulaPixels(input[0]!, input[1]!);
    const [height, width] = output as [number, number];
    const resized = resize(image, { height, width, method: method as ResizeMethod });
    expect({ height: resized.height, width: resized.width }).toEqual({ height, width });
    expect(difference(resized.data, data).max).toBe(0);
  });

  test.each(NEAREST_POSITIONS)(
    "nearest takes Pillow's pixel where $stored to $wanted hits whole numbers",
    ({ stored, wanted, taken }) => {
      const row = Uint8Array.from({ length: stored * 3 }, (_, i) => Math.floor(i / 3));
      const across = resize(
        { width: stored, height: 1, data: row },
        { height: 1, width: wanted, method: "nearest" },
      );
      expect(Array.from(across.data.filter((_, i) => i % 3 === 0))).toEqual(taken);
      const down = resize(
        { width: 1, height: stored, data: row },
        { height: wanted, width: 1, method: "nearest" },
      );
      expect(down.data).toEqual(across.data);
    },
  );

  test.each(METHODS)("%s to the same size gives an equal, separate image", (method) => {
    fc.assert(
      fc.property(anyImage, (image) => {
        const same = resize(image, { height: image.height, width: image.width, method });
        expect(same.data).toEqual(image.data);
        expect(same.data).not.toBe(image.data);
      }),
    );
  });

  test.each(METHODS)("%s invents no value outside the picture's own", (method) => {
    fc.assert(
      fc.property(anyImage, side, side, (image, height, width) => {
        const { data } = resize(image, { height, width, method });
        for (let c = 0; c < 3; c++) {
          const before = image.data.filter((_, i) => i % 3 === c);
          const after = data.filter((_, i) => i % 3 === c);
          expect(Math.min(...after)).toBeGreaterThanOrEqual(Math.min(...before));
          expect(Math.max(...after)).toBeLessThanOrEqual(Math.max(...before));
        }
      }),
    );
  });

  test.each([
    ["height", { height: 0, width: 4, method: "nearest" }],
    ["width", { height: 4, width: 2.5, method: "nearest" }],
    ["height", { height: 65_536, width: 4, method: "nearest" }],
    ["width", { height: 4, width: 1e9, method: "bilinear" }],
    ["height", { height: 65_535, width: 65_535, method: "nearest" }],
    ["method", { height: 4, width: 4, method: "cubic" }],
  ])("names the option %s when it is wrong", async (parameter, options) => {
    const error = await thrownBy(() =>
      resize(formulaPixels(4, 4), options as { method: "nearest" } & typeof options),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter });
  });

  test("names the image when its data does not fit", async () => {
    const error = await thrownBy(() =>
      resize({ width: 2, height: 2, data: new Uint8Array(4) }, { height: 1, width: 1, method: "nearest" }),
    );
    expect(error).toBeInstanceOf(InvalidArgumentError);
    expect(error).toMatchObject({ parameter: "image" });
  });
});
