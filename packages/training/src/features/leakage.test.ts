import { createRng, type Leak, LeakageError } from "@covidxr/core";
import type { ImageIdentity } from "@covidxr/dataset/internal";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { separableFeatures } from "../testing/separable-features.js";
import { variantFeatures } from "./epoch-features.js";
import { toHalf } from "./feature-array.js";
import type { LabelledFeatures } from "./labelled-features.js";
import { groupEqualFeatures, type ImageSets, identifySets, refuseLeakage } from "./leakage.js";

const plain = { training: separableFeatures(6, 1), validation: separableFeatures(4, 2) };

const origin = (path: string, change: Partial<ImageIdentity> = {}): ImageIdentity => ({
  path,
  patientId: `of ${path}`,
  ...change,
});
const withOrigins = (images: LabelledFeatures, letter: string): LabelledFeatures => ({
  ...images,
  origins: images.labels.map((_, row) => origin(`${letter}${row}`)),
});
const named = {
  training: withOrigins(plain.training, "t"),
  validation: withOrigins(plain.validation, "v"),
};

/** The images with one of them replaced in part. */
function planted(
  images: LabelledFeatures,
  row: number,
  { value, identity }: { value?: LabelledFeatures["values"][number]; identity?: Partial<ImageIdentity> },
): LabelledFeatures {
  return {
    ...images,
    values: images.values.map((own, i) => (i === row && value ? value : own)),
    ...(images.origins && {
      origins: images.origins.map((own, i) => (i === row ? { ...own, ...identity } : own)),
    }),
  };
}

function leaksOf(sets: ImageSets): readonly Leak[] {
  try {
    refuseLeakage(sets, "refuse");
  } catch (error) {
    if (!(error instanceof LeakageError)) throw error;
    return error.leaks;
  }
  return [];
}

const summary = (sets: ImageSets) =>
  leaksOf(sets).map(
    ({ kind, name, images }) => `${kind} ${name}: ${images.map(({ split, path }) => `${split} ${path}`)}`,
  );

describe("refuseLeakage", () => {
  test.each([
    { what: "of known origin", sets: named },
    { what: "of unknown origin", sets: plain },
    { what: "of which one has origins", sets: { ...plain, training: named.training } },
  ])("is silent on other images $what", ({ sets }) => {
    expect(leaksOf(sets)).toEqual([]);
  });

  test.each<[string, Partial<ImageIdentity>, string]>([
    ["file", { path: "t2" }, "file t2: training t2,validation t2"],
    ["patient", { patientId: "of t5" }, "patient of t5: training t5,validation v1"],
  ])("finds a planted %s by the origins", (_, identity, leak) => {
    const validation = planted(named.validation, 1, { identity });
    expect(summary({ ...named, validation })).toEqual([leak]);
  });

  test("finds a planted image by the origins", () => {
    const training = planted(named.training, 4, { identity: { imageId: "P" } });
    const validation = planted(named.validation, 0, { identity: { imageId: "P" } });
    expect(summary({ training, validation })).toEqual(["image P: training t4,validation v0"]);
    expect(summary({ training, validation: named.validation })).toEqual([]);
  });

  test("finds planted features without origins, and with them", () => {
    const copy = { value: plain.training.values[3]!.slice() };
    expect(summary({ ...plain, validation: planted(plain.validation, 2, copy) })).toEqual([
      "image training image 3: training training image 3,validation validation image 2",
    ]);
    expect(summary({ ...named, validation: planted(named.validation, 2, copy) })).toEqual([
      "image t3: training t3,validation v2",
    ]);
    const origins = named.training.origins!;
    expect(
      summary({
        training: { ...plain.training, origins },
        validation: planted(plain.validation, 2, copy),
      }),
    ).toEqual(["image t3: training t3,validation validation image 2"]);
  });

  test("features that are only close, or equal within a set, are no leak", () => {
    const close = plain.training.values[3]!.slice();
    close[0] = close[0]! + 1e-6;
    expect(leaksOf({ ...plain, validation: planted(plain.validation, 2, { value: close }) })).toEqual([]);
    const twice = planted(plain.training, 1, { value: plain.training.values[3]!.slice() });
    expect(leaksOf({ ...plain, training: twice })).toEqual([]);
  });

  test("a file in both sets is one leak, though its features are equal, too", () => {
    const validation = planted(named.validation, 1, {
      value: named.training.values[2]!.slice(),
      identity: named.training.origins![2]!,
    });
    expect(summary({ ...named, validation })).toEqual(["file t2: training t2,validation t2"]);
  });

  test("equal features join images of other names, and everything that shows them", () => {
    // t0 is P and has the features of v0, which is Q; t1 and v1 are Q, too.
    let training = planted(named.training, 0, { identity: { imageId: "P" } });
    training = planted(training, 1, { identity: { imageId: "Q" } });
    let validation = planted(named.validation, 0, {
      value: named.training.values[0]!.slice(),
      identity: { imageId: "Q" },
    });
    validation = planted(validation, 1, { identity: { imageId: "Q" } });
    expect(summary({ training, validation })).toEqual([
      "image P: training t0,training t1,validation v0,validation v1",
    ]);
  });

  test("features of other precisions are compared by origins alone", () => {
    // 1 in both.
    const halves = {
      ...plain.validation,
      values: plain.validation.values.map(() => new Uint16Array(192).fill(0x3c00)),
    };
    const training = planted(plain.training, 0, { value: new Float32Array(192).fill(1) });
    expect(leaksOf({ training, validation: halves })).toEqual([]);
  });

  test("training images that are made epoch by epoch are compared by their origins", () => {
    const { values, labels, origins } = named.training;
    const training = variantFeatures([values], labels, 1, origins);
    const validation = planted(named.validation, 1, {
      value: values[0]!.slice(),
      identity: { patientId: "of t5" },
    });
    expect(summary({ training, validation })).toEqual(["patient of t5: training t5,validation v1"]);
    expect(leaksOf({ training: variantFeatures([values], labels, 1), validation })).toEqual([]);
  });

  test("compares each of several sets with each other", () => {
    const judged = planted(separableFeatures(3, 3), 1, { value: plain.validation.values[2]!.slice() });
    expect(summary({ ...plain, judged })).toEqual([
      "image validation image 2: validation validation image 2,judged judged image 1",
    ]);
    expect(leaksOf({ ...plain, judged: separableFeatures(3, 3) })).toEqual([]);
  });

  test("lets everything pass where that is asked for", () => {
    expect(() => refuseLeakage({ ...plain, validation: plain.training }, "allow")).not.toThrow();
  });
});

/** Images that show what their numbers say; equal numbers are equal images. */
const showing = (...shown: readonly number[]) => ({
  values: shown.map((each) => Float32Array.of(each, 1)),
  labels: shown.map(() => 0),
});
const origins = (letter: string, ...imageIds: readonly (string | undefined)[]) =>
  imageIds.map((imageId, row) => ({
    path: `${letter}${row}`,
    patientId: null,
    ...(imageId !== undefined && { imageId }),
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

  test("equal features are one `imageId` across a set between whose features change", () => {
    const augmented = variantFeatures([showing(1, 2).values], [0, 0], 1);
    const { first, last } = identifySets({ first: showing(0, 1), augmented, last: showing(1, 2) });
    expect([...first!, ...last!].map(({ imageId }) => imageId)).toEqual([
      undefined,
      "first image 1",
      "first image 1",
      undefined,
    ]);
  });

  test("images of several names that show the same are one, in whatever set", () => {
    const a = { ...showing(1, 2), origins: origins("a", "P", "R") };
    const b = { ...showing(1, 3), origins: origins("b", "Q", "P") };
    const c = { ...showing(4, 3), origins: origins("c", "Q", undefined) };
    const images = Object.values(identifySets({ a, b, c })).flat();
    expect(images.map(({ path, imageId }) => `${path} ${imageId}`)).toEqual([
      "a0 P",
      "a1 R",
      "b0 P",
      "b1 P",
      "c0 P",
      "c1 P",
    ]);
  });

  test("without names, images share an `imageId` exactly where their features are equal", () => {
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
            expect(one.imageId !== undefined && one.imageId === other.imageId).toBe(shown[i] === shown[j]);
          }
        }
      }),
    );
  });
});

const LENGTH = 4_001;
const noise = (index: number) => {
  const rng = createRng(1, { purpose: "features", index });
  return Float32Array.from({ length: LENGTH }, () => rng.normal());
};

test("equal copies go to the first of them, others to themselves", () => {
  const values = [noise(0), noise(1), noise(0), noise(2), noise(1), noise(0)];
  expect(groupEqualFeatures(values)).toEqual([0, 1, 0, 3, 1, 0]);
});

test("one value that differs anywhere is a difference, also where no sample is taken", () => {
  const first = noise(0);
  fc.assert(
    fc.property(fc.nat(LENGTH - 1), (place) => {
      const other = first.slice();
      other[place]! += 1e-3;
      expect(groupEqualFeatures([first, other, other.slice()])).toEqual([0, 1, 1]);
    }),
  );
});

test("views into shared memory are read where they lie", () => {
  const shared = new Float32Array([9, 1, 2, 1, 2, 3]);
  expect(groupEqualFeatures([shared.subarray(1, 3), shared.subarray(3, 5), shared.subarray(4, 6)])).toEqual([
    0, 0, 2,
  ]);
});

test("NaN equals itself; other lengths, signs of zero and precisions are others", () => {
  const nan = () => Float32Array.of(Number.NaN, 1);
  const zeros = new Float32Array(2);
  const values = [
    nan(),
    nan(),
    zeros,
    new Float32Array(3),
    Float32Array.of(-0, 0),
    toHalf(zeros),
    toHalf(zeros),
  ];
  expect(groupEqualFeatures(values)).toEqual([0, 0, 2, 3, 4, 5, 5]);
});
