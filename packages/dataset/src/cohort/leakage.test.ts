import { InvalidArgumentError, type Leak, LeakageError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { cohortRow } from "../testing/rows.js";
import { assertNoLeakage, findLeakage, type ImageIdentity } from "./leakage.js";

const image = (path: string, patientId: string | null = null, imageId?: string): ImageIdentity => ({
  path,
  patientId,
  ...(imageId !== undefined && { imageId }),
});

/** Splits that share nothing, though patients and images repeat within a split. */
const CLEAN = {
  train: [image("a.png", "1", "P"), image("b.png", "1", "P"), image("c.png")],
  test: [image("d.png", "2", "Q"), image("e.png", "2")],
  predict: [image("f.png"), image("g.png", null, "R")],
};

describe("findLeakage", () => {
  test("finds nothing in splits that share nothing", () => {
    expect(findLeakage(CLEAN)).toEqual([]);
  });

  test.each<[string, ImageIdentity, Leak]>([
    [
      "a file",
      image("c.png"),
      {
        kind: "file",
        name: "c.png",
        images: [
          { split: "train", path: "c.png" },
          { split: "predict", path: "c.png" },
        ],
      },
    ],
    [
      "an image in another file",
      image("x.png", null, "P"),
      {
        kind: "image",
        name: "P",
        images: [
          { split: "train", path: "a.png" },
          { split: "train", path: "b.png" },
          { split: "predict", path: "x.png" },
        ],
      },
    ],
    [
      "a patient",
      image("x.png", "2"),
      {
        kind: "patient",
        name: "2",
        images: [
          { split: "test", path: "d.png" },
          { split: "test", path: "e.png" },
          { split: "predict", path: "x.png" },
        ],
      },
    ],
  ])("finds %s that was planted in another split, and nothing else", (_, planted, leak) => {
    expect(findLeakage({ ...CLEAN, predict: [...CLEAN.predict, planted] })).toEqual([leak]);
    const own = leak.images[0]!.split as keyof typeof CLEAN;
    expect(findLeakage({ ...CLEAN, [own]: [...CLEAN[own], planted] })).toEqual([]);
  });

  test("a file in two splits is listed as a file alone, until another file of its patient or image takes part", () => {
    const shared = image("a.png", "1", "P");
    const kinds = (train: readonly ImageIdentity[]) =>
      findLeakage({ train, test: [shared] }).map(({ kind, name }) => `${kind} ${name}`);
    expect(kinds([shared])).toEqual(["file a.png"]);
    expect(kinds([shared, shared])).toEqual(["file a.png"]);
    expect(kinds([shared, image("b.png", "1")])).toEqual(["file a.png", "patient 1"]);
    expect(kinds([image("b.png", "2", "P"), shared])).toEqual(["file a.png", "image P"]);
  });

  test("lists files, images and patients in the order in which they come", () => {
    const train = [image("a", "1", "P"), image("b", "2", "Q"), image("c"), image("d")];
    const others = [image("d"), image("c"), image("e", "2", "Q"), image("f", "1", "P")];
    const names = findLeakage({ train, test: others }).map(({ kind, name }) => `${kind} ${name}`);
    expect(names).toEqual(["file c", "file d", "image P", "image Q", "patient 1", "patient 2"]);
  });

  test("unknown patients are not one patient, and rows of a cohort are images", () => {
    const train = [cohortRow("a.png"), cohortRow("b.png", { patientId: "7" })];
    const rest = [cohortRow("c.png"), cohortRow("d.png", { patientId: "7" })];
    expect(findLeakage({ train, test: rest })).toMatchObject([{ kind: "patient", name: "7" }]);
    expect(findLeakage({ train, test: rest.slice(0, 1), predict: [] })).toEqual([]);
  });

  test("names that objects have are names like others", () => {
    const train = [image("constructor", "toString")];
    expect(findLeakage({ train, test: [image("hasOwnProperty", "valueOf")] })).toEqual([]);
  });

  test.each<[string, Record<string, ImageIdentity[]>, unknown]>([
    ["no split", {}, []],
    ["one split", { train: [image("a")] }, ["train"]],
    ["an empty path", { train: [image("")], test: [] }, ""],
    ["an empty patient", { train: [image("a"), image("b", "")], test: [] }, ""],
    ["a patient that is a number", { train: [image("a", 3 as never)], test: [] }, 3],
    ["an empty image", { train: [], test: [image("a", null, "")] }, ""],
  ])("refuses %s", (_, split, value) => {
    const find = () => findLeakage(split);
    expect(find).toThrow(InvalidArgumentError);
    expect(find).toThrow(expect.objectContaining({ parameter: "split", value }));
  });

  test("names the split on one line", () => {
    const find = () => findLeakage({ "a\n\u001b[31m": [image("")], b: [] });
    expect(find).toThrow(InvalidArgumentError);
    expect(find).toThrow(/ for image 0 of a\\n\\u001b\[31m$/);
  });
});

const few = (letter: string) => fc.nat(9).map((number) => `${letter}${number}`);
const identities = fc.array(
  fc
    .record({
      path: few("file "),
      patientId: fc.option(few("patient ")),
      imageId: fc.option(few("image "), { nil: undefined }),
    })
    .map(({ path, patientId, imageId }) => image(path, patientId, imageId)),
  { maxLength: 6 },
);

/** All pairs, by definition: what two images of different splits share. */
function sharedByPairs(split: Readonly<Record<string, readonly ImageIdentity[]>>): string[] {
  const all = Object.entries(split).flatMap(([name, images]) => images.map((each) => ({ name, ...each })));
  const found = new Set<string>();
  for (const a of all) {
    for (const b of all) {
      if (a.name === b.name) continue;
      if (a.path === b.path) found.add(`file ${a.path}`);
      else if (a.imageId !== undefined && a.imageId === b.imageId) found.add(`image ${a.imageId}`);
      if (a.path !== b.path && a.patientId !== null && a.patientId === b.patientId)
        found.add(`patient ${a.patientId}`);
    }
  }
  return [...found].sort();
}

test("finds what a look at all pairs finds, and every image that shares it", () => {
  fc.assert(
    fc.property(identities, identities, identities, (train, held, predict) => {
      const split = { train, test: held, predict };
      const leaks = findLeakage(split);
      expect(leaks.map(({ kind, name }) => `${kind} ${name}`).sort()).toEqual(sharedByPairs(split));
      for (const { kind, name, images } of leaks) {
        const field = { file: "path", image: "imageId", patient: "patientId" }[kind] as keyof ImageIdentity;
        const expected = Object.entries(split).flatMap(([own, all]) =>
          all.filter((each) => each[field] === name).map(({ path }) => `${own} ${path}`),
        );
        expect(images.map((each) => `${each.split} ${each.path}`)).toEqual([...new Set(expected)]);
        expect(new Set(images.map((each) => each.split)).size).toBeGreaterThan(1);
      }
    }),
  );
});

/** Patient `1` has two images in train and one in each other split. */
const ROWS = {
  train: [cohortRow("a.png", { patientId: "1" }), cohortRow("b.png", { patientId: "1" })],
  test: [cohortRow("c.png", { patientId: "1" })],
  predict: [cohortRow("d.png", { patientId: "1" })],
};

function messageOf(split: Record<string, ImageIdentity[]>): string {
  try {
    assertNoLeakage(split);
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

describe("assertNoLeakage", () => {
  test("accepts splits that share nothing", () => {
    expect(() =>
      assertNoLeakage({ train: ROWS.train, test: [cohortRow("c.png", { patientId: "2" })] }),
    ).not.toThrow();
  });

  test("throws all leaks, and says where the patient is", () => {
    const leaky = () => assertNoLeakage(ROWS);
    expect(leaky).toThrow(LeakageError);
    expect(leaky).toThrow(expect.objectContaining({ kind: "leakage", leaks: findLeakage(ROWS) }));
    expect(messageOf(ROWS)).toBe(
      "expected splits that share no patient, file or image, got 1 leak: patient 1 in train (2 images), " +
        "test (1) and predict (1); split by patient and remove copies, or allow leakage on purpose",
    );
  });

  test("names the first three of many and counts the others", () => {
    const files = Array.from({ length: 24 }, (_, i) => ({ path: `${i}.png`, patientId: null }));
    const leaky = () => assertNoLeakage({ train: files, test: files });
    const leaks = findLeakage({ train: files, test: files });
    expect(leaks).toHaveLength(24);
    expect(leaky).toThrow(expect.objectContaining({ leaks }));
    expect(messageOf({ train: files, test: files })).toMatch(
      /got 24 leaks: file 0\.png in train and test, file 1\.png in train and test, file 2\.png in train and test, and 21 more; /,
    );
  });

  test("one image in two files", () => {
    const split = {
      train: [{ path: "a.png", patientId: null, imageId: "c0ffee" }],
      test: [{ path: "b.png", patientId: null, imageId: "c0ffee" }],
    };
    expect(messageOf(split)).toMatch(/got 1 leak: image c0ffee in train \(1 image\) and test \(1\); /);
  });

  test("control characters of names are shown, so that the message is one line that orders nothing", () => {
    const patientId = "7\n\u001b[31mX";
    const split = {
      "train\r\n": [{ path: "a.png", patientId }],
      "test\u0085\u2028\u007f": [{ path: "b.png", patientId }],
    };
    expect(messageOf(split)).toBe(
      "expected splits that share no patient, file or image, got 1 leak: patient 7\\n\\u001b[31mX in " +
        "train\\r\\n (1 image) and test\\u0085\\u2028\\u007f (1); split by patient and remove copies, or allow leakage on purpose",
    );
    // The error itself has the names as they are.
    expect(() => assertNoLeakage(split)).toThrow(
      expect.objectContaining({ leaks: [expect.objectContaining({ name: patientId })] }),
    );
  });

  test("a single split is no question", () => {
    const alone = () => assertNoLeakage({ train: ROWS.train });
    expect(alone).toThrow(InvalidArgumentError);
    expect(alone).toThrow(expect.objectContaining({ parameter: "split", value: ["train"] }));
  });
});
