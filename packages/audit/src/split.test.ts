import { createRng, InvalidArgumentError } from "@covidxr/core";
import { assertNoLeakage, type CohortRow, findLeakage } from "@covidxr/dataset";
import { SPLIT_DEFAULTS } from "@covidxr/dataset/cohort-internal";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { checkFiles } from "./cohort/checks/check-files.js";
import { checkImages } from "./cohort/checks/check-images.js";
import { checkPatients } from "./cohort/checks/check-patients.js";
import type { CopyPair } from "./copies/find-copies.js";
import { deduplicate, identifyImages, patientGroups, splitByPatient } from "./split.js";
import { cleanCohort, copyPair } from "./testing/clean-cohort.js";

const row = (path: string, patientId: string | null = null, label = 0): CohortRow => ({
  path,
  filename: path,
  patientId,
  finding: "f",
  license: null,
  source: "s",
  label: label as 0 | 1,
  split: null,
  status: "used",
});

const related = [
  { path: "a", patientId: "1" },
  { path: "b", patientId: "1" },
  { path: "c", patientId: "2" },
  { path: "d", patientId: null },
  { path: "d", patientId: null },
  { path: "e", patientId: "3" },
];
/** Position of each row's group among the groups. */
const numbers = (names: readonly string[]) => names.map((name) => [...new Set(names)].indexOf(name));

test("rows of a patient and of a file belong together, others do not", () => {
  expect(numbers(patientGroups(related))).toEqual([0, 0, 1, 2, 2, 3]);
});

test("patients who share an image do, too, also by a third one", () => {
  expect(numbers(patientGroups(related, [{ first: "b", second: "c" }]))).toEqual([0, 0, 0, 1, 1, 2]);
  const chain = [
    { first: "a", second: "d" },
    { first: "d", second: "e" },
  ];
  expect(numbers(patientGroups(related, chain))).toEqual([0, 0, 1, 0, 0, 0]);
});

test("an image of no row is refused", () => {
  const attempt = () => patientGroups(related, [{ first: "a", second: "elsewhere" }]);
  expect(attempt).toThrow(InvalidArgumentError);
  expect(attempt).toThrow(expect.objectContaining({ parameter: "copies", value: "elsewhere" }));
});

test("names an image alike in all its files, also by a file that is not among the rows", () => {
  const copies = [copyPair("a", "b"), copyPair("b", "c"), copyPair("d", "e")];
  const [a, c, d, f] = identifyImages([row("a", "1"), row("c", "2"), row("d"), row("f")], copies);
  expect(a!.imageId).toBe(c!.imageId);
  expect(d!.imageId).not.toBe(a!.imageId);
  expect(d!.imageId).toBeDefined();
  expect(f).toEqual({ path: "f", patientId: null });
  expect(a).toMatchObject({ path: "a", patientId: "1" });
});

test("lets the leakage check find images of two patients", () => {
  const copies = [copyPair("a", "b")];
  const split = (of: readonly CopyPair[]) => ({
    train: identifyImages([row("a", "1")], of),
    test: identifyImages([row("b", "2")], of),
  });
  expect(findLeakage(split(copies))).toMatchObject([{ kind: "image" }]);
  expect(findLeakage(split([]))).toEqual([]);
});

const { rows: clean } = cleanCohort(1);
const [a, b, c, d] = clean;
const statuses = (found: readonly { status: string }[]) => found.map(({ status }) => status);

describe("deduplicate", () => {
  test("keeps the first row of a file and of an image, and changes nothing but statuses", () => {
    const given = [a!, b!, { ...a!, split: "test" as const }, c!, d!];
    const found = deduplicate(given, [copyPair(c!.path, b!.path)]);
    expect(statuses(found)).toEqual(["used", "used", "duplicate", "duplicate", "used"]);
    expect(found.map((row) => ({ ...row, status: "used" }))).toEqual(given);
    expect(statuses(deduplicate(given))).toEqual(["used", "used", "duplicate", "used", "used"]);
  });

  test("copies of copies are one image, also by a file that no row has", () => {
    const chain = [copyPair(a!.path, "elsewhere.png"), copyPair("elsewhere.png", c!.path)];
    expect(statuses(deduplicate([a!, b!, c!], chain))).toEqual(["used", "used", "duplicate"]);
  });

  test("a row out of use takes no place and stays what it is", () => {
    const given = [{ ...a!, status: "missing" as const }, a!, { ...a!, status: "unreadable" as const }, a!];
    expect(statuses(deduplicate(given))).toEqual(["missing", "used", "unreadable", "duplicate"]);
  });

  test("leaves one used row of each image, and does nothing more a second time", () => {
    const place = fc.nat(9);
    const drawn = fc.array(place, { maxLength: 20 });
    fc.assert(
      fc.property(drawn, fc.array(fc.tuple(place, place), { maxLength: 6 }), (places, pairs) => {
        const given = places.map((i) => clean[i]!);
        const copies = pairs.map(([i, j]) => copyPair(clean[i]!.path, clean[j]!.path));
        const found = deduplicate(given, copies);
        const used = found.filter(({ status }) => status === "used").map(({ path }) => path);
        expect(new Set(used).size).toBe(used.length);
        for (const { first, second } of copies) {
          if (first !== second) expect(used.includes(first) && used.includes(second)).toBe(false);
        }
        expect(deduplicate(found, copies)).toEqual(found);
      }),
    );
  });
});

/** Patients with one to five images, mostly of one class, as the study has them. */
function cohort(seed: number, rows: number): CohortRow[] {
  const rng = createRng(seed, { purpose: "cohort" });
  const drawn: CohortRow[] = [];
  for (let patient = 0; drawn.length < rows; patient++) {
    const label = rng.integer(2);
    const images = rng.uniform() < 0.7 ? 1 : 2 + rng.integer(4);
    for (let image = 0; image < images && drawn.length < rows; image++) {
      const own = rng.uniform() < 0.95 ? label : 1 - label;
      drawn.push(row(`${drawn.length}.png`, rng.uniform() < 0.1 ? null : `${patient}`, own));
    }
  }
  return drawn;
}

const sizes = (rows: readonly CohortRow[]) =>
  SPLIT_DEFAULTS.splits.map((split) => rows.filter((each) => each.split === split).length);
const positives = (rows: readonly CohortRow[]) =>
  SPLIT_DEFAULTS.splits.map(
    (split) => rows.filter((each) => each.split === split && each.label === 1).length,
  );

describe("splitByPatient", () => {
  test("of 304 rows has the study's sizes, and the classes in the cohort's shares, whatever the seed", () => {
    const rows = cohort(1, 304);
    const all = rows.filter(({ label }) => label === 1).length;
    for (let seed = 0; seed < 20; seed++) {
      const split = splitByPatient(rows, { seed });
      expect(sizes(split)).toEqual([218, 55, 31]);
      for (const [place, held] of positives(split).entries()) {
        expect(Math.abs(held - (all * sizes(split)[place]!) / 304)).toBeLessThan(1);
      }
    }
  });

  test("changes nothing but the split; statuses and names of patients play no part", () => {
    const rows = cohort(2, 100);
    const split = splitByPatient(rows, { seed: 5 });
    expect(split.map((each) => ({ ...each, split: null }))).toEqual(rows);
    expect(splitByPatient(rows, { seed: 5 })).toEqual(split);
    expect(splitByPatient(rows, { seed: 6 }).map((each) => each.split)).not.toEqual(
      split.map((each) => each.split),
    );
    const other = rows.map((each, i) => ({
      ...each,
      patientId: each.patientId && `patient ${each.patientId}`,
      status: i % 3 ? ("used" as const) : ("missing" as const),
    }));
    expect(splitByPatient(other, { seed: 5 }).map((each) => each.split)).toEqual(
      split.map((each) => each.split),
    );
  });

  test("every patient can be held out", () => {
    const rows = cohort(3, 60);
    const largest = rows.filter(({ patientId }) => patientId !== null);
    const held = new Set<string | null>();
    for (let seed = 0; seed < 60; seed++) {
      for (const each of splitByPatient(rows, { seed, testSize: 0.3 })) {
        if (each.split !== "train") held.add(each.patientId);
      }
    }
    expect(largest.filter(({ patientId }) => !held.has(patientId))).toEqual([]);
  });

  const anyRow = fc.record({ patient: fc.option(fc.nat(14)), file: fc.nat(25), label: fc.nat(1) });
  const input = fc.record({
    rows: fc.array(anyRow, { minLength: 12, maxLength: 60 }),
    pairs: fc.array(fc.tuple(fc.nat(11), fc.nat(11)), { maxLength: 4 }),
    seed: fc.nat(1000),
  });

  test("with deduplicate, leaves no leak for any check, and splits that no gate refuses", () => {
    fc.assert(
      fc.property(input, ({ rows: drawn, pairs, seed }) => {
        const rows = drawn.map(({ patient, file, label }) =>
          row(`${file}.png`, patient === null ? null : `${patient}`, label),
        );
        const copies = pairs
          .map(([i, j]) => copyPair(rows[i]!.path, rows[j]!.path))
          .filter(({ first, second }) => first !== second);
        let split: CohortRow[];
        try {
          split = splitByPatient(rows, { seed, testSize: 0.2, validationSize: 0.3, copies });
        } catch (error) {
          // Too much hangs together for three splits.
          expect(error).toMatchObject({ parameter: "rows" });
          return;
        }
        expect(Math.min(...sizes(split))).toBeGreaterThan(0);
        const clean = deduplicate(split, copies);
        const leaks = [
          ...checkPatients(clean),
          ...checkFiles(clean, [], copies),
          ...checkImages(clean, copies),
        ];
        expect(leaks.filter(({ severity }) => severity === "leak")).toEqual([]);
        const used = clean.filter(({ status }) => status === "used");
        expect(checkImages(used, copies)).toEqual([]);
        expect(checkFiles(used, [], copies)).toEqual([]);
        expect(() =>
          assertNoLeakage(
            Object.fromEntries(
              SPLIT_DEFAULTS.splits.map((name) => [
                name,
                identifyImages(
                  clean.filter((each) => each.split === name),
                  copies,
                ),
              ]),
            ),
          ),
        ).not.toThrow();
      }),
    );
  });

  test("without `copies`, an image in the files of two patients can leak: the checks see it", () => {
    const rows = cohort(4, 120);
    const [a, b] = [
      rows[0]!,
      rows.find(({ patientId }) => patientId !== null && patientId !== rows[0]!.patientId)!,
    ];
    const copies = [copyPair(a.path, b.path)];
    const leaky = Array.from({ length: 40 }, (_, seed) =>
      splitByPatient(rows, { seed, testSize: 0.4 }),
    ).filter((split) => checkImages(split, copies).some(({ severity }) => severity === "leak"));
    expect(leaky.length).toBeGreaterThan(0);
    const kept = splitByPatient(rows, { seed: 1, testSize: 0.4, copies });
    expect(checkImages(kept, copies).map(({ severity }) => severity)).toEqual(["issue"]);
  });

  test("each class that three groups have is in every split, however rare", () => {
    const rows = Array.from({ length: 200 }, (_, i) => row(`${i}.png`, `${i}`, i < 3 ? 1 : 0));
    for (let seed = 0; seed < 10; seed++) {
      expect(positives(splitByPatient(rows, { seed }))).toEqual([1, 1, 1]);
    }
  });

  test.each<[string, Parameters<typeof splitByPatient>, string, unknown]>([
    ["a share of 0", [cohort(5, 40), { seed: 1, testSize: 0 }], "testSize", 0],
    ["a share of 1", [cohort(5, 40), { seed: 1, testSize: 1 }], "testSize", 1],
    ["a share that is none", [cohort(5, 40), { seed: 1, testSize: Number.NaN }], "testSize", Number.NaN],
    ["a seed out of range", [cohort(5, 40), { seed: -1 }], "seed", -1],
    ["no rows", [[], { seed: 1 }], "rows", 0],
    ["too few rows", [cohort(5, 2), { seed: 1 }], "rows", 2],
    ["one patient", [cohort(5, 40).map((each) => ({ ...each, patientId: "1" })), { seed: 1 }], "rows", 1],
    [
      "a path that no row has",
      [cohort(5, 40), { seed: 1, copies: [copyPair("0.png", "x.png")] }],
      "copies",
      "x.png",
    ],
  ])("refuses %s", (_, parameters, parameter, value) => {
    const run = () => splitByPatient(...parameters);
    expect(run).toThrow(InvalidArgumentError);
    expect(run).toThrow(expect.objectContaining({ parameter, value }));
  });
});
