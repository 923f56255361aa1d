import { createRng, InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { DisjointSets } from "@covidxr/core/internal";
import type { GreyImage } from "@covidxr/image";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Fingerprint } from "../fingerprints/fingerprint.js";
import {
  cut,
  exposed,
  fingerprintOf,
  mirrored,
  radiograph,
  recompressed,
  rescaled,
} from "../testing/radiographs.js";
import { type CopyPair, findCopies } from "./find-copies.js";
import type { ImageWindow } from "./hash.js";

const PATIENTS = 12;
const drawn = Array.from({ length: PATIENTS }, (_, patient) => radiograph(patient));
const clean = drawn.map((image, patient) => fingerprintOf(`${patient}.png`, image));

/** The cohort with one more file that is made of patient 3's. */
const withCopy = (change: GreyImage) => [...clean, fingerprintOf("copy.png", change)];
const original = drawn[3]!;

test("different radiographs are silent, however few there are", async () => {
  for (const count of [0, 1, 2, 3, PATIENTS]) expect(await findCopies(clean.slice(0, count))).toEqual([]);
});

describe("equal files and pixels", () => {
  test("are paired with the first of them", async () => {
    const again: Fingerprint = { ...clean[3]!, path: "same-bytes.png" };
    const repacked: Fingerprint = { ...clean[3]!, path: "same-pixels.png", fileDigest: "0" };
    const third: Fingerprint = { ...repacked, path: "packed-again.png" };
    const equal = { distance: 0, correlation: 1, mirrored: false, crop: null };
    expect(await findCopies([...clean, repacked, again, third])).toEqual([
      { first: "3.png", second: "same-pixels.png", kind: "pixels", ...equal },
      { first: "3.png", second: "same-bytes.png", kind: "file", ...equal },
      { first: "same-pixels.png", second: "packed-again.png", kind: "file", ...equal },
    ]);
  });

  test("one more pixel makes them similar at most", async () => {
    const data = original.data.with(500, original.data[500]! ^ 4);
    const [pair, ...others] = await findCopies(withCopy({ ...original, data }));
    expect(others).toEqual([]);
    expect(pair).toMatchObject({
      first: "3.png",
      second: "copy.png",
      kind: "similar",
      mirrored: false,
      crop: null,
    });
    expect(pair!.correlation).toBeGreaterThan(0.99);
  });
});

describe("copies of the same field", () => {
  const changes: [string, () => GreyImage | Promise<GreyImage>][] = [
    ["JPEG of quality 90", () => recompressed(original, 90)],
    ["JPEG of quality 40", () => recompressed(original, 40)],
    ["half the size", () => rescaled(original, 0.5)],
    ["twice the size", () => rescaled(original, 2)],
    ["another aspect ratio", () => rescaledWidth(original, 0.7)],
    ["brighter", () => exposed(original, (share) => share + 0.1)],
    ["less contrast", () => exposed(original, (share) => 0.25 + 0.5 * share)],
    ["gamma 0.6", () => exposed(original, (share) => share ** 0.6)],
    ["gamma 1.6", () => exposed(original, (share) => share ** 1.6)],
  ];
  test.each(changes)("%s", async (_, change) => {
    const pairs = await findCopies(withCopy(await change()));
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ first: "3.png", second: "copy.png", kind: "similar", mirrored: false });
    expect(pairs[0]!.crop).toBeNull();
    expect(pairs[0]!.correlation).toBeGreaterThan(0.9);
    expect(pairs[0]!.distance).toBeLessThan(20);
  });

  test("mirrored", async () => {
    const pairs = await findCopies(withCopy(mirrored(original)));
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({
      first: "3.png",
      second: "copy.png",
      kind: "similar",
      mirrored: true,
      crop: null,
    });
    expect(pairs[0]!.correlation).toBeCloseTo(1, 2);
  });
});

describe("cropped copies", () => {
  const crops: [string, { left?: number; top?: number; right?: number; bottom?: number }][] = [
    ["left", { left: 0.1 }],
    ["top", { top: 0.1 }],
    ["right", { right: 0.08 }],
    ["bottom", { bottom: 0.05 }],
    ["a corner", { left: 0.07, top: 0.07 }],
    ["every side", { left: 0.1, top: 0.1, right: 0.1, bottom: 0.1 }],
    ["every side, unevenly", { left: 0.02, top: 0.09, right: 0.075, bottom: 0.03 }],
  ];
  // Before and after the original, mirrored and not: each combination with some of the crops.
  test.each(crops.map(([name, shares], i) => [name, shares, i % 2 === 0] as const))(
    "%s, mirrored or not, before or after the original",
    async (_, shares, mirroredFirst) => {
      const part = cut(original, shares);
      for (const cropped of ["first", "second"] as const) {
        const flip = (cropped === "first") === mirroredFirst;
        const copy = fingerprintOf("copy.png", flip ? mirrored(part) : part);
        const pairs = await findCopies(cropped === "first" ? [copy, ...clean] : [...clean, copy]);
        expect(pairs).toHaveLength(1);
        expect(pairs[0]).toMatchObject({ kind: "similar", mirrored: flip, crop: { of: cropped } });
        expectWindow(pairs[0]!.crop!.window, shares);
      }
    },
  );

  test("that were recompressed, brightened and made smaller besides", async () => {
    const part = exposed(cut(original, { left: 0.06, bottom: 0.08 }), (share) => share ** 0.8);
    const pairs = await findCopies(withCopy(await recompressed(rescaled(mirrored(part), 0.8), 60)));
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ mirrored: true, crop: { of: "second" } });
    expectWindow(pairs[0]!.crop!.window, { left: 0.06, bottom: 0.08 });
  });
});

test("three copies of one image are two pairs of one group", async () => {
  const copies = [
    fingerprintOf("crop.png", cut(original, { left: 0.08 })),
    fingerprintOf("mirror.png", mirrored(original)),
  ];
  const pairs = await findCopies([...clean, ...copies]);
  expect(pairs).toHaveLength(2);
  expect(groupsOf(pairs, [...clean, ...copies])).toContain("3.png crop.png mirror.png");
});

test("the order of the files, and which seed, does not change who belongs together", async () => {
  const fingerprints = [
    ...clean,
    fingerprintOf("crop.png", cut(original, { left: 0.08, top: 0.04 })),
    fingerprintOf("mirror.png", mirrored(drawn[5]!)),
    fingerprintOf(
      "dark.png",
      exposed(drawn[8]!, (share) => share ** 1.5),
    ),
    { ...clean[1]!, path: "same.png" },
  ];
  const found = await findCopies(fingerprints);
  const expected = groupsOf(found, fingerprints);
  expect(expected.filter((group) => group.includes(" "))).toEqual([
    "1.png same.png",
    "3.png crop.png",
    "5.png mirror.png",
    "8.png dark.png",
  ]);
  expect(await findCopies(fingerprints)).toEqual(found);
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(fingerprints, { minLength: fingerprints.length }),
      fc.nat(5),
      async (order, seed) => {
        expect(groupsOf(await findCopies(order, { seed }), order)).toEqual(expected);
      },
    ),
    { numRuns: 3 },
  );
});

describe("collections that all look alike", () => {
  test("blank images are no copies of each other, unless their pixels are equal", async () => {
    const blank = (level: number, side: number): GreyImage => ({
      width: side,
      height: side,
      data: new Uint8Array(side * side).fill(level),
    });
    const levels = Array.from({ length: 200 }, (_, level) => fingerprintOf(`${level}`, blank(level, 8)));
    expect(await findCopies(levels)).toEqual([]);
    const same = Array.from({ length: 200 }, (_, i) => fingerprintOf(`${i}`, blank(9, 8)));
    const pairs = await findCopies(same);
    expect(pairs).toHaveLength(199);
    expect(pairs.every(({ first, kind }) => first === "0" && kind === "pixels")).toBe(true);
  });

  test("many copies of one image give one group, with one pair less than there are copies", async () => {
    const small = rescaled(original, 0.5);
    const copies = Array.from({ length: 60 }, (_, i) => {
      const rng = createRng(0, { purpose: "grain", index: i });
      const grain = small.data.map((value) => Math.min(255, Math.max(0, value + rng.integer(9) - 4)));
      return fingerprintOf(`${i}`, { ...small, data: grain });
    });
    const pairs = await findCopies(copies);
    expect(pairs).toHaveLength(59);
    expect(groupsOf(pairs, copies)).toHaveLength(1);
    // Among others too, where the median lies among the copies.
    expect(groupsOf(await findCopies([...clean, ...copies]), [...clean, ...copies])).toHaveLength(PATIENTS);
  });
});

describe("images of almost no structure", () => {
  const draw = (side: number, level: (x: number, y: number) => number): GreyImage => ({
    width: side,
    height: side,
    data: Uint8Array.from({ length: side * side }, (_, i) =>
      level(((i % side) + 0.5) / side, (Math.floor(i / side) + 0.5) / side),
    ),
  });
  const dot = (radius: number) => draw(96, (x, y) => (Math.hypot(x - 0.5, y - 0.5) < radius ? 210 : 30));
  const blob = (spread: number) =>
    draw(96, (x, y) => 250 * Math.exp(-((x - 0.5) ** 2 + (y - 0.5) ** 2) / spread));
  const few: [string, GreyImage[]][] = [
    [
      "of two pixels",
      [
        [10, 200],
        [90, 120],
        [200, 10],
      ].map((levels) => ({ width: 2, height: 1, data: Uint8Array.from(levels) })),
    ],
    ["half dark, half bright", [0.48, 0.5, 0.52].map((at) => draw(96, (x) => (x < at ? 20 : 210)))],
    ["a disc", [0.3, 0.31, 0.33, 0.35].map(dot)],
    ["a soft blob", [0.05, 0.055, 0.06].map(blob)],
  ];
  test.each(few)("are no copies of each other: %s", async (_, images) => {
    expect(await findCopies(images.map((image, i) => fingerprintOf(`${i}`, image)))).toEqual([]);
    // Equal pixels are, whatever they show.
    const twice = images.flatMap((image) => [image, image]);
    const pairs = await findCopies(twice.map((image, i) => fingerprintOf(`${i}`, image)));
    expect(pairs.map(({ kind }) => kind)).toEqual(images.map(() => "pixels"));
  });

  test("do not hide copies of radiographs among them", async () => {
    const others = few.flatMap(([name, images]) =>
      images.map((image, i) => fingerprintOf(`${name} ${i}`, image)),
    );
    const pairs = await findCopies([...withCopy(mirrored(original)), ...others]);
    expect(pairs).toHaveLength(1);
    expect(pairs[0]).toMatchObject({ first: "3.png", second: "copy.png" });
  });
});

describe("while it searches", () => {
  test("progress rises to the number of files", async () => {
    for (const fingerprints of [withCopy(mirrored(original)), clean.slice(0, 1), []]) {
      const told: number[] = [];
      await findCopies(fingerprints, {
        onProgress: ({ done, total }) => {
          expect(total).toBe(fingerprints.length);
          told.push(done);
        },
      });
      expect(told).toEqual([...new Set(told)].sort((a, b) => a - b));
      expect(told.at(-1)).toBe(fingerprints.length === 0 ? undefined : fingerprints.length);
    }
  });

  test("a signal stops it, before it begins and on the way", async () => {
    const stopping = new AbortController();
    for (const options of [
      { signal: AbortSignal.abort() },
      { signal: stopping.signal, onProgress: () => stopping.abort() },
    ]) {
      const search = findCopies(clean, options);
      await expect(search).rejects.toBeInstanceOf(InterruptedError);
      await expect(search).rejects.toMatchObject({ operation: "looking for copies" });
    }
  });

  test("the event loop turns", async () => {
    const fingerprints = withCopy(mirrored(original));
    let turns = 0;
    const count = () => {
      turns++;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    await findCopies(fingerprints);
    clearImmediate(next);
    expect(turns).toBeGreaterThan(fingerprints.length);
  });

  test("nobody listening changes nothing", async () => {
    const fingerprints = withCopy(cut(original, { left: 0.06 }));
    const { signal } = new AbortController();
    expect(await findCopies(fingerprints, { signal, onProgress: () => {} })).toEqual(
      await findCopies(fingerprints),
    );
  });
});

test("refuses a path that comes twice, other thumbnails and a bad seed", async () => {
  const attempts: [string, () => Promise<unknown>][] = [
    ["fingerprints", () => findCopies([clean[0]!, clean[0]!])],
    ["fingerprints", () => findCopies([{ ...clean[0]!, thumbnail: new Uint8Array(9) }])],
    ["seed", () => findCopies(clean, { seed: -1 })],
  ];
  for (const [parameter, attempt] of attempts) {
    const search = attempt();
    await expect(search).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(search).rejects.toMatchObject({ parameter });
  }
});

/** Members of each group by name, in a fixed order. */
function groupsOf(pairs: readonly CopyPair[], fingerprints: readonly Fingerprint[]): string[] {
  const sets = new DisjointSets();
  for (const { first, second } of pairs) sets.join(first, second);
  const members = new Map<string, string[]>();
  for (const { path } of fingerprints) {
    const root = sets.find(path);
    members.set(root, [...(members.get(root) ?? []), path]);
  }
  return [...members.values()].map((names) => names.sort().join(" ")).sort();
}

function expectWindow(
  window: ImageWindow,
  {
    left = 0,
    top = 0,
    right = 0,
    bottom = 0,
  }: { left?: number; top?: number; right?: number; bottom?: number },
): void {
  const ends = [window.left, window.top, 1 - window.left - window.width, 1 - window.top - window.height];
  for (const [i, share] of [left, top, right, bottom].entries()) {
    expect(Math.abs(ends[i]! - share)).toBeLessThan(0.012);
  }
}

function rescaledWidth(image: GreyImage, factor: number): GreyImage {
  const width = Math.round(image.width * factor);
  const data = Uint8Array.from({ length: width * image.height }, (_, i) => {
    const x = Math.floor((((i % width) + 0.5) / width) * image.width);
    return image.data[Math.floor(i / width) * image.width + x]!;
  });
  return { width, height: image.height, data };
}
