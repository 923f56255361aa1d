import { createRng } from "@covidxr/core";
import { expect, test } from "@jest/globals";
import { THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";
import { exposed, fingerprintOf, mirrored, radiograph, rescaled } from "../testing/radiographs.js";
import { ComparedImages, comparedContrast, hasStructure, mirror, structureOf } from "./contrast.js";

const thumbnails = [0, 1, 2].map((patient) => fingerprintOf(`${patient}`, radiograph(patient)).thumbnail);

test("gives each image's contrast and that of its mirror image, however few are kept", () => {
  for (const mostKept of [1, 2, 100]) {
    const compared = new ComparedImages(thumbnails, mostKept);
    for (const position of [0, 1, 0, 2, 1, 0, 2, 2]) {
      const thumbnail = thumbnails[position]!;
      expect(compared.thumbnail(position, true)).toEqual(mirror(thumbnail));
      expect(compared.contrast(position, true)).toEqual(comparedContrast(mirror(thumbnail)));
      expect(compared.contrast(position, false)).toEqual(comparedContrast(thumbnail));
    }
  }
});

test("keeps as many contrasts as it may, and drops the oldest", () => {
  const compared = new ComparedImages(thumbnails, 2);
  const [first, second] = [compared.contrast(0, false), compared.contrast(1, false)];
  expect(compared.contrast(0, false)).toBe(first);
  compared.contrast(2, false);
  expect(compared.contrast(1, false)).toBe(second);
  expect(compared.contrast(0, false)).not.toBe(first);
});

const SIDE = THUMBNAIL_SIDE;
const drawn = [0, 1, 2, 3].map(radiograph);

test("structure is the share of squares of four pixels with an edge or texture in them", () => {
  const step = (at: number) => Uint8Array.from({ length: SIDE ** 2 }, (_, i) => (i % SIDE < at ? 20 : 210));
  expect(structureOf(new Uint8Array(SIDE ** 2).fill(9))).toBe(0);
  // Contrast falls off on either side of the step, over nine pixels each at most.
  expect(structureOf(step(32))).toBeGreaterThan(1 / (SIDE - 1));
  expect(structureOf(step(32))).toBeLessThanOrEqual(18 / (SIDE - 1));
  const rng = createRng(0, { purpose: "grain" });
  const texture = Uint8Array.from({ length: SIDE ** 2 }, () => rng.integer(256));
  expect(structureOf(texture)).toBeGreaterThan(0.95);
});

test("a mirror image has as much, and so has a brighter one", () => {
  for (const [i, image] of drawn.entries()) {
    const { thumbnail } = fingerprintOf(`${i}`, image);
    expect(structureOf(mirror(thumbnail))).toBeCloseTo(structureOf(thumbnail), 10);
    const darker = thumbnail.map((value) => value >> 1);
    expect(structureOf(darker.map((value) => value + 100))).toBe(structureOf(darker));
  }
});

test("radiographs have enough at any size that shows something, also with a fifth of their contrast", () => {
  for (const image of drawn) {
    const faint = exposed(image, (share) => 0.4 + 0.2 * share);
    for (const each of [image, mirrored(image), rescaled(image, 0.2), faint]) {
      expect(hasStructure(fingerprintOf("a", each))).toBe(true);
    }
    expect(hasStructure(fingerprintOf("a", rescaled(image, 0.1)))).toBe(false);
  }
});

test("the shorter side decides", () => {
  const fingerprint = fingerprintOf("a", drawn[0]!);
  expect(hasStructure({ ...fingerprint, width: 32, height: 500 })).toBe(true);
  expect(hasStructure({ ...fingerprint, width: 31, height: 500 })).toBe(false);
  expect(hasStructure({ ...fingerprint, width: 500, height: 31 })).toBe(false);
});
