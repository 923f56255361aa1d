import { createRng, InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import {
  CHANCE,
  type CohortPlan,
  drawCohort,
  MODEL,
  probeDrawn,
  SMALL_PIXELS,
  verdictsOf,
  WIDTH,
} from "../testing/probe-images.js";
import type { ProbeImage } from "./evaluate-probe.js";
import { runProbes } from "./run-probes.js";
import type { ProbeResult } from "./verdict.js";

describe("patients", () => {
  // Every patient has an own pattern, four images and a label dealt at random: nothing of the label, all of the patient.
  const patients = 24;
  const labels = createRng(5, { purpose: "labels" }).permutation(patients);
  const plan: CohortPlan = {
    count: patients * 4,
    label: (place) => (labels[place % patients]! % 2 === 0 ? 0 : 1),
    grey: ({ place }, column, row) =>
      40 *
      createRng(7, {
        purpose: "pattern",
        epoch: place % patients,
        index: Math.floor(row / 3) * WIDTH + Math.floor(column / 3),
      }).normal(),
  };

  test("stay in one fold, so that knowing the patient is no help", async () => {
    const results = await probeDrawn({ ...plan, patient: (place) => `${place % patients}` });
    expect(verdictsOf(results)).toEqual(CHANCE);
  });

  test("would help where their images lay in several folds", async () => {
    const results = await probeDrawn({ ...plan, patient: (place) => `${place}` });
    expect(verdictsOf(results)).toMatchObject({ border: "near-model", thumbnail: "near-model" });
  });
});

describe("an image that comes twice", () => {
  // Noise with labels at random, each image in two files of two patients.
  const plan: CohortPlan = { count: 80, label: (place) => labelOf[place % 40]! };
  const labelOf = Array.from(createRng(6, { purpose: "labels" }).permutation(40), (i) => (i % 2) as 0 | 1);
  const images = (patientOf: (place: number) => string): ProbeImage[] => {
    const drawn = drawCohort(plan);
    return drawn.map((_, place) => ({ ...drawn[place % 40]!, patient: patientOf(place) }));
  };
  const run = async (patientOf: (place: number) => string) =>
    verdictsOf(await runProbes({ images: images(patientOf), embedder: SMALL_PIXELS, seed: 3, model: MODEL }));

  test("tells nothing where its images have one name", async () => {
    const found = await run((place) => `${place % 40}`);
    for (const verdict of Object.values(found)) expect(verdict).toBe("chance");
  });

  test("would be known from its copy where they have two", async () => {
    expect(await run((place) => `${place}`)).toMatchObject({ border: "near-model", thumbnail: "near-model" });
  });
});

describe("held-out images", () => {
  const split = (place: number) => (place % 8 < 5 ? "train" : place % 8 < 7 ? "held-out" : null) as never;
  const held = (place: number): boolean => place % 8 === 5 || place % 8 === 6;
  const format = (label: number) => (label === 1 ? ("png" as const) : ("jpeg" as const));
  const ofFormat = (results: readonly ProbeResult[]) =>
    results.find(({ name }) => name === "size-and-format")!;

  test("are scored by a fit to the training ones", async () => {
    const { heldOut } = ofFormat(
      await probeDrawn({
        split,
        file: ({ label, place }) => ({ format: format(held(place) ? 1 - label : label) }),
      }),
    );
    // Turned around in the held-out images: what the others teach is wrong there.
    expect(heldOut).toMatchObject({ value: 0, low: 0, method: "Newcombe", negatives: 10, positives: 10 });
  });

  test("do not reach the fit", async () => {
    const { heldOut, verdict } = ofFormat(
      await probeDrawn({
        split: (place) => (place % 8 < 5 ? "train" : "held-out"),
        file: ({ label, place }) => ({ format: place % 8 < 5 ? "png" : format(label) }),
      }),
    );
    expect(heldOut).toMatchObject({ value: 0.5 });
    expect(verdict).toBe("chance");
  });

  test.each([
    { why: "no image has a split", of: () => null },
    { why: "all train", of: () => "train" },
    { why: "all are held out", of: () => "held-out" },
    {
      why: "the held-out ones are of one class",
      of: (place: number) => (place % 4 < 2 ? "held-out" : "train"),
    },
  ])("have no figure where $why", async ({ of }) => {
    for (const { heldOut } of await probeDrawn({ count: 40, split: of as never })) expect(heldOut).toBeNull();
  });
});

test("makes as many folds as a class has patients where these are fewer", async () => {
  const few: CohortPlan = {
    count: 12,
    file: ({ label, rng }) => ({ width: 900 + 40 * label + rng.integer(100) }),
  };
  const images = drawCohort(few);
  expect(new Set(images.filter(({ label }) => label === 0).map(({ patient }) => patient)).size).toBe(3);
  const results = await probeDrawn(few);
  expect(await probeDrawn(few, { folds: 3 })).toEqual(results);
  expect(await probeDrawn(few, { folds: 2 })).not.toEqual(results);
  expect(results[0]!.outOfFold).toMatchObject({ negatives: 6, positives: 6 });
});

test("refuses a class of one patient, and says what there is", async () => {
  const run = probeDrawn({ count: 16, label: (place) => (place < 2 ? 0 : 1) });
  await expect(run).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(run).rejects.toMatchObject({ parameter: "images", value: [1, 7] });
  await expect(run).rejects.toThrow(/got 1 patient with negative and 7 patients with positive images/);
  await expect(run).rejects.not.toThrow(/stratify|group/);
});
