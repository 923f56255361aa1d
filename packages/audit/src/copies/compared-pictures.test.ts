import { expect, test } from "@jest/globals";
import { ComparedImages, comparedContrast } from "./compared-pictures.js";
import { mirror } from "./resample.js";
import { fingerprintOf, radiograph } from "./testing/pictures.js";

const thumbnails = [0, 1, 2].map((patient) => fingerprintOf(`${patient}`, radiograph(patient)).thumbnail);

test("gives each picture's contrast and that of its mirror image, however few are kept", () => {
  for (const mostKept of [1, 2, 100]) {
    const pictures = new ComparedImages(thumbnails, mostKept);
    for (const position of [0, 1, 0, 2, 1, 0, 2, 2]) {
      const thumbnail = thumbnails[position]!;
      expect(pictures.thumbnail(position, true)).toEqual(mirror(thumbnail));
      expect(pictures.contrast(position, true)).toEqual(comparedContrast(mirror(thumbnail)));
      expect(pictures.contrast(position, false)).toEqual(comparedContrast(thumbnail));
    }
  }
});

test("keeps as many contrasts as it may, and drops the oldest", () => {
  const pictures = new ComparedImages(thumbnails, 2);
  const [first, second] = [pictures.contrast(0, false), pictures.contrast(1, false)];
  expect(pictures.contrast(0, false)).toBe(first);
  pictures.contrast(2, false);
  expect(pictures.contrast(1, false)).toBe(second);
  expect(pictures.contrast(0, false)).not.toBe(first);
});
