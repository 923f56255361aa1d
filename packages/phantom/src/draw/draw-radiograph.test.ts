import { createRng, InvalidArgumentError } from "@covidxr/core";
import type { GreyImage } from "@covidxr/image";
import { describe, expect, test } from "@jest/globals";
import { drawRadiograph, MINIMUM_SIDE, type PhantomFinding } from "./draw-radiograph.js";
import type { Opacity } from "./opacities.js";

const SIZE = { width: 160, height: 140 };
const draw = (finding: PhantomFinding, index = 0, opacity: Opacity = "marked"): GreyImage =>
  drawRadiograph({ rng: createRng(7, { purpose: "test", index }), ...SIZE, finding, opacity });

/** Mean grey of a part of the picture, given in shares of its width and height. */
function meanOf(image: GreyImage, left: number, right: number, top: number, bottom: number): number {
  let sum = 0;
  let count = 0;
  for (let y = Math.round(top * image.height); y < bottom * image.height; y++) {
    for (let x = Math.round(left * image.width); x < right * image.width; x++) {
      sum += image.data[y * image.width + x]!;
      count++;
    }
  }
  return sum / count;
}
const leftLung = (image: GreyImage) => meanOf(image, 0.22, 0.38, 0.35, 0.7);
const rightLung = (image: GreyImage) => meanOf(image, 0.68, 0.78, 0.35, 0.7);
const averageOver = (count: number, value: (index: number) => number) =>
  Array.from({ length: count }, (_, index) => value(index)).reduce((sum, v) => sum + v, 0) / count;

describe("drawRadiograph", () => {
  test("has the size asked for and uses most of the grey scale", () => {
    const image = draw("none");
    expect(image).toMatchObject(SIZE);
    expect(image.data).toHaveLength(SIZE.width * SIZE.height);
    expect(Math.min(...image.data)).toBeLessThan(40);
    expect(Math.max(...image.data)).toBeGreaterThan(215);
  });

  test("shows dark lungs beside a bright spine", () => {
    const image = draw("none");
    const spine = meanOf(image, 0.48, 0.52, 0.35, 0.7);
    expect(leftLung(image)).toBeLessThan(spine - 60);
    expect(rightLung(image)).toBeLessThan(spine - 60);
  });

  test("gives the same pixels for the same streams and others for another index", () => {
    expect(draw("COVID-19", 3).data).toEqual(draw("COVID-19", 3).data);
    expect(draw("COVID-19", 3).data).not.toEqual(draw("COVID-19", 4).data);
  });

  test("brightens both lungs for COVID-19, less when faint", () => {
    for (const lung of [leftLung, rightLung]) {
      const clear = averageOver(6, (index) => lung(draw("none", index)));
      const faint = averageOver(6, (index) => lung(draw("COVID-19", index, "faint")));
      const marked = averageOver(6, (index) => lung(draw("COVID-19", index)));
      expect(faint).toBeGreaterThan(clear + 3);
      expect(marked).toBeGreaterThan(faint + 10);
    }
  });

  test("brightens one lung only for another pneumonia", () => {
    for (let index = 0; index < 6; index++) {
      const gain = [leftLung, rightLung].map(
        (lung) => lung(draw("pneumonia", index)) - lung(draw("none", index)),
      );
      // The grain of two findings differs, the lungs' means by less than 2.
      expect(Math.min(...gain.map(Math.abs))).toBeLessThan(2);
      expect(Math.max(...gain)).toBeGreaterThan(8);
    }
  });

  test("differs by nothing but the lungs between findings", () => {
    const clear = draw("none", 5);
    const positive = draw("COVID-19", 5);
    // Grain apart, shoulders, arms and abdomen look the same: same body, same exposure, same place.
    for (const [left, right, top, bottom] of [
      [0, 1, 0, 0.12],
      [0, 0.06, 0, 1],
      [0.94, 1, 0, 1],
      [0.5, 1, 0.92, 1],
    ] as const) {
      expect(meanOf(positive, left, right, top, bottom)).toBeCloseTo(
        meanOf(clear, left, right, top, bottom),
        -0.5,
      );
    }
  });

  test("keeps the patient's body from one radiograph to the next", () => {
    const visit = (patient: number, index: number) =>
      drawRadiograph({
        rng: createRng(7, { purpose: "visit", index }),
        patientRng: createRng(7, { purpose: "patient", index: patient }),
        ...SIZE,
        finding: "none",
      });
    const distance = (a: GreyImage, b: GreyImage) =>
      a.data.reduce((sum, value, i) => sum + Math.abs(value - b.data[i]!), 0) / a.data.length;
    const same = averageOver(5, (i) => distance(visit(i, 0), visit(i, 1)));
    const other = averageOver(5, (i) => distance(visit(i, 0), visit(i + 1, 1)));
    expect(same).toBeLessThan(other);
  });

  test("is labelled with light letters on a dark plate in the lower left corner, whatever the finding", () => {
    for (const finding of ["COVID-19", "pneumonia", "none"] as const) {
      const image = drawRadiograph({
        rng: createRng(1, { purpose: "label" }),
        width: 400,
        height: 360,
        finding,
      });
      // Scale 2: a plate of 110 × 18 pixels, 4 from the edges; the S begins 2 pixels into it.
      const at = (x: number, y: number) => image.data[y * 400 + x];
      const top = 360 - 4 - 18;
      const firstRow = Array.from({ length: 5 }, (_, i) => at(4 + 2 + i * 2, top + 2));
      expect(firstRow).toEqual([20, 235, 235, 235, 235]);
      const lastRow = Array.from({ length: 5 }, (_, i) => at(4 + 2 + i * 2, top + 2 + 12));
      expect(lastRow).toEqual([235, 235, 235, 235, 20]);
    }
  });

  test.each([
    { parameter: "width", value: MINIMUM_SIDE - 1 },
    { parameter: "height", value: 200.5 },
    { parameter: "finding", value: "SARS" },
    { parameter: "opacity", value: "strong" },
  ])("refuses $parameter $value", ({ parameter, value }) => {
    const options = { rng: createRng(0, { purpose: "test" }), ...SIZE, finding: "none", [parameter]: value };
    const attempt = () => drawRadiograph(options as Parameters<typeof drawRadiograph>[0]);
    expect(attempt).toThrow(InvalidArgumentError);
    expect(attempt).toThrow(expect.objectContaining({ parameter, value }));
  });
});
