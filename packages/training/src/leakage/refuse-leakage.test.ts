import { InvalidArgumentError, type Leak, LeakageError } from "@covidxr/core";
import type { ImageIdentity } from "@covidxr/dataset";
import { describe, expect, test } from "@jest/globals";
import { variantFeatures } from "../features/epoch-features.js";
import type { LabelledFeatures } from "../loop/labelled-features.js";
import { separableFeatures } from "../testing/separable-features.js";
import type { ImageSets } from "./identify-sets.js";
import { checkLeakagePolicy, refuseLeakage } from "./refuse-leakage.js";

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

  test("finds a planted picture by the origins", () => {
    const training = planted(named.training, 4, { identity: { picture: "P" } });
    const validation = planted(named.validation, 0, { identity: { picture: "P" } });
    expect(summary({ training, validation })).toEqual(["picture P: training t4,validation v0"]);
    expect(summary({ training, validation: named.validation })).toEqual([]);
  });

  test("finds planted features without origins, and with them", () => {
    const copy = { value: plain.training.values[3]!.slice() };
    expect(summary({ ...plain, validation: planted(plain.validation, 2, copy) })).toEqual([
      "picture training image 3: training training image 3,validation validation image 2",
    ]);
    expect(summary({ ...named, validation: planted(named.validation, 2, copy) })).toEqual([
      "picture t3: training t3,validation v2",
    ]);
    const origins = named.training.origins!;
    expect(
      summary({
        training: { ...plain.training, origins },
        validation: planted(plain.validation, 2, copy),
      }),
    ).toEqual(["picture t3: training t3,validation validation image 2"]);
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

  test("equal features join pictures of other names, and everything that shows them", () => {
    // t0 is P and has the features of v0, which is Q; t1 and v1 are Q, too.
    let training = planted(named.training, 0, { identity: { picture: "P" } });
    training = planted(training, 1, { identity: { picture: "Q" } });
    let validation = planted(named.validation, 0, {
      value: named.training.values[0]!.slice(),
      identity: { picture: "Q" },
    });
    validation = planted(validation, 1, { identity: { picture: "Q" } });
    expect(summary({ training, validation })).toEqual([
      "picture P: training t0,training t1,validation v0,validation v1",
    ]);
  });

  test("features of other precisions are compared by origins alone", () => {
    const halves = { ...plain.validation, values: plain.validation.values.map(() => new Uint16Array(192)) };
    const training = planted(plain.training, 0, { value: new Float32Array(192) });
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
      "picture validation image 2: validation validation image 2,judged judged image 1",
    ]);
    expect(leaksOf({ ...plain, judged: separableFeatures(3, 3) })).toEqual([]);
  });

  test("lets everything pass where that is asked for", () => {
    expect(() => refuseLeakage({ ...plain, validation: plain.training }, "allow")).not.toThrow();
  });
});

test("checkLeakagePolicy refuses other words", () => {
  const check = () => checkLeakagePolicy("warn" as never);
  expect(check).toThrow(InvalidArgumentError);
  expect(check).toThrow(expect.objectContaining({ parameter: "leakage", value: "warn" }));
});
