import { InterruptedError, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import {
  CHANCE,
  type CohortPlan,
  drawCohort,
  HEIGHT,
  probeDrawn,
  SMALL_PIXELS,
  verdictsOf,
  WIDTH,
} from "../testing/probe-images.js";
import { centreMask, lungEllipses } from "./covered-images.js";
import { type Embedder, pixelEmbedder } from "./embedder.js";
import { runProbes } from "./run-probes.js";

const middle = centreMask(WIDTH, HEIGHT).data;
const lungs = lungEllipses(WIDTH, HEIGHT).data;
const at = (column: number, row: number): number => row * WIDTH + column;

const inLungs = (column: number, row: number): boolean =>
  middle[at(column, row)]! > 0 && lungs[at(column, row)]! > 0;

test("images without information about label or source leave every probe at chance", async () => {
  const results = await probeDrawn({ source: (place) => (place % 2 === 0 ? "north" : "south") });
  expect(verdictsOf(results)).toEqual(CHANCE);
  expect(results.map(({ name }) => name)).toEqual([
    "whole-image",
    "border",
    "lungs-covered",
    "thumbnail",
    "grey-levels",
    "size-and-format",
    "source",
    "source-within-class",
  ]);
  expect(results.map(({ outOfFold }) => outOfFold.positives)).toEqual([40, 40, 40, 40, 40, 40, 40, 20]);
  for (const { outOfFold } of results) {
    expect(outOfFold.low).toBeLessThan(0.5);
    expect(outOfFold).toMatchObject({ level: 0.95 });
  }
});

describe("a planted shortcut is found by the probe that sees it, and by no other", () => {
  // Classes have a pattern and its reverse: equally many light and dark pixels, so that grey levels carry no information.
  const sign = (label: number, first: boolean): number => ((label === 1) === first ? 1 : -1);
  test.each<{ where: string; plan: CohortPlan; seen: string[] }>([
    {
      where: "in the border",
      plan: {
        grey: ({ label }, column, row) =>
          middle[at(column, row)] === 0 ? 15 * sign(label, row < HEIGHT / 2) : 0,
      },
      seen: ["border", "lungs-covered", "thumbnail"],
    },
    {
      where: "in the middle of the lungs",
      plan: { grey: ({ label }, column, row) => (label === 1 && inLungs(column, row) ? 25 : 0) },
      seen: ["thumbnail", "grey-levels"],
    },
    {
      where: "in a coarse pattern over the lungs",
      plan: {
        grey: ({ label }, column, row) => (inLungs(column, row) ? 10 * sign(label, column < WIDTH / 2) : 0),
      },
      seen: ["thumbnail"],
    },
    {
      where: "in the brightness of the file alone",
      plan: {
        file: ({ label, rng }) => {
          const histogram = new Float32Array(256);
          for (let i = 0; i < 100; i++) histogram[(label === 1 ? 60 : 80) + rng.integer(100)]! += 0.01;
          return { histogram };
        },
      },
      seen: ["grey-levels"],
    },
    {
      where: "in the size",
      plan: { file: ({ label, rng }) => ({ width: 900 + 150 * label + rng.integer(100) }) },
      seen: ["size-and-format"],
    },
    {
      where: "in a size between two others",
      plan: {
        file: ({ label, rng }) => {
          const side = (label === 1 ? 1000 : 800 + 400 * rng.integer(2)) + rng.integer(60);
          return { width: side, height: side };
        },
      },
      seen: ["size-and-format"],
    },
    {
      where: "in the format",
      plan: { file: ({ label }) => ({ format: label === 1 ? "png" : "jpeg" }) },
      seen: ["size-and-format"],
    },
  ])("$where", async ({ plan, seen }) => {
    const found = verdictsOf(await probeDrawn(plan));
    const expected = Object.fromEntries(
      Object.keys(CHANCE).map((name) => [name, seen.includes(name) ? "near-model" : "chance"]),
    );
    expect(found).toEqual(expected);
  });
});

test("the whole image is evaluated in the same way, without a verdict", async () => {
  const [clean] = await probeDrawn({});
  expect(clean!.outOfFold.low).toBeLessThan(0.5);
  // Seen neither in the border nor outside the lungs.
  const plan: CohortPlan = {
    grey: ({ label }, column, row) =>
      inLungs(column, row) ? 15 * (label === 1 ? 1 : -1) * (column % 2 === 0 ? 1 : -1) : 0,
  };
  const results = await probeDrawn(plan, { embedder: pixelEmbedder({ side: WIDTH }) });
  expect(results[0]).toMatchObject({ name: "whole-image", target: "label", verdict: null });
  expect(results[0]!.outOfFold.low).toBeGreaterThan(0.9);
  expect(verdictsOf(results)).toMatchObject({ border: "chance", "lungs-covered": "chance" });
  expect(results[0]!.words).toMatch(/^The whole image, with the same feature extractor, reaches an AUC of /);
});

describe("the source", () => {
  const bright = ({ source }: { source: string }): number => (source === "north" ? 30 : 0);

  test("that shows in the image is found, within a class as well", async () => {
    const results = await probeDrawn({
      source: (place) => (place % 4 < 1 ? "north" : "south"),
      grey: bright,
    });
    const sources = results.filter(({ target }) => target === "source");
    expect(sources.map(({ name, title }) => [name, title])).toEqual([
      ["source", "source: south or north"],
      ["source-within-class", "source within negative images: north or south"],
    ]);
    for (const { outOfFold, verdict } of sources) {
      expect(outOfFold.value).toBe(1);
      expect(verdict).toBeNull();
    }
    expect(sources[0]!.outOfFold).toMatchObject({ positives: 60, negatives: 20 });
    expect(sources[1]!.outOfFold).toMatchObject({ positives: 20, negatives: 20 });
    expect(sources[0]!.words).toBe(
      "Whole images distinguish south from north with an AUC of 1.000 [0.933, 1.000]: " +
        "a model can learn where an image comes from.",
    );
    expect(sources[1]!.words).toMatch(/^Within negative images alone, .* where the label cannot help\.$/);
  });

  test("that equals the label is found within no class", async () => {
    const results = await probeDrawn({ source: (_, label) => (label === 1 ? "north" : "south") });
    expect(results.map(({ name }) => name).slice(6)).toEqual(["source"]);
  });

  test("is not probed where there is only one, or one has few images", async () => {
    expect(await probeDrawn({})).toHaveLength(6);
    expect(await probeDrawn({ source: (place) => (place < 9 ? "small" : "large") })).toHaveLength(6);
    expect(await probeDrawn({ source: (place) => (place < 10 ? "small" : "large") })).toHaveLength(7);
  });

  test("takes as many folds as it has patients, two at least", async () => {
    const plan = (patients: number): CohortPlan => ({
      source: (place) => (place < 16 ? "small" : "large"),
      patient: (place) => (place < 16 ? `patient ${place % patients}` : `${place}`),
      label: (place) => (Math.floor(place / 4) % 2 === 0 ? 0 : 1),
      grey: bright,
    });
    const names = async (patients: number) =>
      (await probeDrawn(plan(patients))).slice(6).map(({ name }) => name);
    expect(await names(1)).toEqual([]);
    for (const patients of [2, 4]) expect(await names(patients)).toContain("source");
  });

  test("of many is distinguished from the others, for the four most frequent", async () => {
    // 25, 20, 15, 10, 10 images.
    const sizes = { a: 25, b: 20, c: 15, d: 10, e: 10 };
    const names = Object.entries(sizes).flatMap(([name, size]) => Array<string>(size).fill(name));
    const results = await probeDrawn({
      source: (place) => names[place]!,
      label: (place) => (place % 2 ? 1 : 0),
    });
    const sources = results.filter(({ name }) => name === "source");
    expect(sources.map(({ title }) => title)).toEqual(
      ["a", "b", "c", "d"].map((name) => `source: ${name} or the other sources`),
    );
    expect(sources.map(({ outOfFold }) => outOfFold.positives)).toEqual([25, 20, 15, 10]);
  });
});

describe("runProbes", () => {
  const planted: CohortPlan = {
    count: 60,
    source: (place) => (place % 2 === 0 ? "north" : "south"),
    file: ({ label, rng }) => ({ width: 900 + 40 * label + rng.integer(100) }),
  };

  test("gives the same for the same seed, and other folds for another", async () => {
    const results = await probeDrawn(planted);
    expect(await probeDrawn(planted)).toEqual(results);
    const others = await probeDrawn(planted, { seed: 4 });
    expect(others.map(({ outOfFold }) => outOfFold)).not.toEqual(results.map(({ outOfFold }) => outOfFold));
  });

  test("gives no verdict without a model", async () => {
    const results = await runProbes({ images: drawCohort(planted), embedder: SMALL_PIXELS, seed: 3 });
    for (const { verdict, words } of results) {
      expect(verdict).toBeNull();
      expect(words).not.toContain("the model's");
    }
  });

  test("takes grey pixels where no embedder is given", async () => {
    const [border] = await runProbes({ images: drawCohort({ count: 20 }), seed: 3 });
    expect(border!.description).toContain("grey values averaged to 24 × 24 pixels");
  });

  test("extracts every view under its own keys, and counts the images", async () => {
    const keys: string[] = [];
    const progress: number[] = [];
    const watching: Embedder = {
      description: "a watched embedder",
      embed(images, options) {
        keys.push(...images.map(({ key }) => key));
        return SMALL_PIXELS.embed(images, options);
      },
    };
    await probeDrawn(planted, {
      embedder: watching,
      onProgress: ({ done, total }) => {
        expect(total).toBe(180);
        progress.push(done);
      },
    });
    expect(new Set(keys).size).toBe(180);
    expect(progress).toEqual(Array.from({ length: 180 }, (_, i) => i + 1));
    expect(keys).toContain("5/0");
  });

  test("stops on abort: before, during extraction and during fits", async () => {
    for (const stopAt of [0, 70, 180]) {
      const controller = new AbortController();
      if (stopAt === 0) controller.abort();
      const run = probeDrawn(planted, {
        signal: controller.signal,
        onProgress: ({ done }) => {
          if (done === stopAt) controller.abort();
        },
      });
      await expect(run).rejects.toBeInstanceOf(InterruptedError);
    }
  });

  test.each([
    { why: "no image", plan: { count: 0 }, value: [], parameter: "images" },
    { why: "one class", plan: { label: () => 1 as const }, value: [1], parameter: "images" },
    { why: "a third class", plan: { label: () => 2 as never }, value: 2, parameter: "images" },
  ])("refuses $why", async ({ plan, parameter, value }) => {
    const run = probeDrawn(plan);
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter, value });
  });

  test.each([
    { why: "one fold", options: { folds: 1 }, parameter: "folds", value: 1 },
    { why: "part of a fold", options: { folds: 5.5 }, parameter: "folds", value: 5.5 },
    { why: "endless folds", options: { folds: Infinity }, parameter: "folds", value: Infinity },
    { why: "a negative seed", options: { seed: -1 }, parameter: "seed", value: -1 },
  ])("refuses $why", async ({ options, parameter, value }) => {
    const run = probeDrawn({ count: 40 }, options);
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter, value });
  });

  test.each([
    { why: "too few vectors", embed: () => [Float32Array.of(1)], value: 1 },
    {
      why: "vectors of unequal length",
      embed: (count: number) => Array.from({ length: count }, (_, i) => new Float32Array(i === 3 ? 2 : 1)),
      value: new Float32Array(2),
    },
    {
      why: "NaN",
      embed: (count: number) =>
        Array.from({ length: count }, (_, i) => Float32Array.of(i === 1 ? Number.NaN : 0)),
      value: Float32Array.of(Number.NaN),
    },
  ])("refuses an embedder that gives $why", async ({ embed, value }) => {
    const broken: Embedder = { description: "broken", embed: async (images) => embed(images.length) };
    const run = probeDrawn({ count: 20 }, { embedder: broken });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "embedder", value });
  });
});

describe("lung masks", () => {
  const spot: CohortPlan = {
    grey: ({ label }, column, row) => (label === 1 && column < 6 && row < 5 ? 25 : 0),
  };
  const mask = (covered: boolean) => ({
    width: 4,
    height: 4,
    data: Uint8Array.from({ length: 16 }, (_, i) => ((i === 0) === covered ? 1 : 0)),
  });

  test("define what is covered", async () => {
    // The first sixteenth of the mask lies over the spot that carries the label.
    expect(verdictsOf(await probeDrawn(spot, { lungMask: async () => mask(true) }))).toMatchObject({
      "lungs-covered": "chance",
      border: "near-model",
    });
    const open = await probeDrawn(spot, { lungMask: async () => mask(false) });
    expect(verdictsOf(open)).toMatchObject({ "lungs-covered": "near-model" });
    expect(open[2]!.words).toMatch(/^The image outside lung masks .* without the area under the masks\.$/);
  });

  test.each([
    { why: "is missing", broken: undefined },
    { why: "covers nothing", broken: { width: 1, height: 1, data: new Uint8Array(1) } },
  ])("are refused where one $why, before anything is embedded", async ({ broken }) => {
    let embedded = 0;
    const run = probeDrawn(spot, {
      lungMask: async ({ fingerprint }) => (fingerprint.path === "3.png" ? broken : mask(true)),
      onProgress: () => embedded++,
    });
    await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(run).rejects.toMatchObject({ parameter: "lungMask", value: ["3.png"] });
    expect(embedded).toBe(0);
  });
});
