import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { variantFeatures } from "../features/epoch-features.js";
import { identifySets } from "./identify-sets.js";

/** Images that show what their numbers say; equal numbers are equal pictures. */
const showing = (...pictures: readonly number[]) => ({
  values: pictures.map((picture) => Float32Array.of(picture, 1)),
  labels: pictures.map(() => 0),
});
const origins = (letter: string, ...pictures: readonly (string | undefined)[]) =>
  pictures.map((picture, row) => ({
    path: `${letter}${row}`,
    patientId: null,
    ...(picture !== undefined && { picture }),
  }));

describe("identifySets", () => {
  test("leaves origins as they are, and names images without one by their place", () => {
    const known = { ...showing(1, 2), origins: origins("a", "P", undefined) };
    const augmented = variantFeatures([showing(1).values], [0], 1);
    expect(identifySets({ known, unknown: showing(3), augmented })).toEqual({
      known: known.origins,
      unknown: [{ path: "unknown image 0", patientId: null }],
      augmented: [{ path: "augmented image 0", patientId: null }],
    });
  });

  test("equal features are one picture across a set between whose features change", () => {
    const augmented = variantFeatures([showing(1, 2).values], [0, 0], 1);
    const { first, last } = identifySets({ first: showing(0, 1), augmented, last: showing(1, 2) });
    expect([...first!, ...last!].map(({ picture }) => picture)).toEqual([
      undefined,
      "first image 1",
      "first image 1",
      undefined,
    ]);
  });

  test("pictures of several names that show the same are one, in whatever set", () => {
    const a = { ...showing(1, 2), origins: origins("a", "P", "R") };
    const b = { ...showing(1, 3), origins: origins("b", "Q", "P") };
    const c = { ...showing(4, 3), origins: origins("c", "Q", undefined) };
    const pictures = Object.values(identifySets({ a, b, c })).flat();
    expect(pictures.map(({ path, picture }) => `${path} ${picture}`)).toEqual([
      "a0 P",
      "a1 R",
      "b0 P",
      "b1 P",
      "c0 P",
      "c1 P",
    ]);
  });

  test("without names, images share a picture exactly where their features are equal", () => {
    const set = fc.array(fc.nat(9), { maxLength: 8 });
    fc.assert(
      fc.property(set, set, set, (a, b, c) => {
        const named = identifySets({ a: showing(...a), b: showing(...b), c: showing(...c) });
        expect(Object.values(named).map(({ length }) => length)).toEqual([a.length, b.length, c.length]);
        const images = Object.values(named).flat();
        const shown = [...a, ...b, ...c];
        for (const [i, one] of images.entries()) {
          for (const [j, other] of images.entries()) {
            if (i === j) continue;
            expect(one.picture !== undefined && one.picture === other.picture).toBe(shown[i] === shown[j]);
          }
        }
      }),
    );
  });
});
