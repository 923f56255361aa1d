import { InvalidArgumentError } from "@covidxr/core";
import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import golden from "../../../fixtures/cohort.json";
import {
  changeFacts,
  changeFingerprints,
  changeRows,
  cleanCohort,
  type TestCohort,
} from "../../testing/clean-cohort.js";
import {
  type AttributeAssociation,
  bandOf,
  checkAttributes,
  isAttributeShortcut,
  quartileBands,
  shareBeyondChance,
} from "./check-attributes.js";

const clean = cleanCohort(4);
const check = ({ rows, fingerprints }: TestCohort, seed = 1) => checkAttributes(rows, fingerprints, { seed });
const shortcuts = (cohort: TestCohort) =>
  check(cohort).findings.map(({ summary }) => summary.split(" alone")[0]);

/** Lets 8 of 10 images of a class have one value, the others the other. */
const mostly = <Value>(label: number, place: number, own: Value, other: Value): Value =>
  (label === 1) === Math.floor(place / 2) % 10 < 8 ? own : other;

describe("checkAttributes", () => {
  test("is silent where twins of both classes are alike; every attribute is measured", () => {
    const { attributes, findings } = check(clean);
    expect(findings).toEqual([]);
    expect(attributes.map(({ attribute }) => attribute).sort()).toEqual([
      "age band",
      "aspect ratio",
      "colour",
      "file format",
      "image size",
      "sex",
      "source",
      "view",
    ]);
    for (const { values, share, shareByChance, pValue, adjustedPValue, mutualInformation } of attributes) {
      expect(values.length).toBeGreaterThan(1);
      expect(mutualInformation).toBeCloseTo(0, 12);
      expect(share).toBeCloseTo(0, 12);
      expect(shareByChance).toBeGreaterThan(0);
      expect(pValue).toBe(1);
      expect(adjustedPValue).toBe(1);
    }
  });

  test.each<[string, TestCohort]>([
    ["Source", changeRows(clean, ({ label }, i) => ({ source: mostly(label, i, "one", "two") }))],
    ["View", changeFacts(clean, ({ label }, i) => ({ view: mostly(label, i, "PA", "AP") }))],
    ["Sex", changeFacts(clean, ({ label }, i) => ({ sex: mostly(label, i, "M", "F") }))],
    ["Age band", changeFacts(clean, ({ label }, i) => ({ age: mostly(label, i, 50, 20) }))],
    [
      "File format",
      changeFingerprints(clean, (_, row) => ({
        format: mostly(row.label, clean.rows.indexOf(row), "png", "jpeg"),
      })),
    ],
    [
      "Colour",
      changeFingerprints(clean, (_, row) => ({
        grey: mostly(row.label, clean.rows.indexOf(row), true, false),
      })),
    ],
    [
      "Image size",
      changeFingerprints(clean, ({ width, height }, { label }) =>
        label === 1 ? { width: 2 * width, height: 2 * height } : {},
      ),
    ],
    [
      "Aspect ratio",
      changeFingerprints(clean, ({ width, height }, { label }) => {
        // As many pixels, wide for one class and high for the other.
        const [less, more] = [Math.min(width, height), Math.max(width, height)];
        return label === 1 ? { width: more, height: less } : { width: less, height: more };
      }),
    ],
  ])("finds %s where it was made to tell the class, and nothing else", (name, planted) => {
    expect(shortcuts(planted)).toEqual([name]);
  });

  test("says share, chance, p-value, images and pure values", () => {
    const planted = changeRows(clean, ({ label, source }) => ({ source: label === 0 ? "children" : source }));
    const { attributes, findings } = check(planted);
    const positives = (source: string) => planted.rows.filter((row) => row.source === source).length;
    expect(findings).toEqual([
      {
        check: "attributes",
        severity: "shortcut",
        summary: expect.stringMatching(
          /^Source alone explains 100 % of the label entropy \(\d\.\d % by chance, adjusted p = 0\.004, 120 images\): all 60 images from children are negative, all \d+ images from (one|two) are positive and all \d+ images from (one|two) are positive\.$/,
        ),
        items: expect.arrayContaining([
          "children: 60 negative, 0 positive",
          `one: 0 negative, ${positives("one")} positive`,
        ]),
      },
    ]);
    expect(findings[0]!.items[0]).toBe("children: 60 negative, 0 positive");
    expect(attributes[0]).toMatchObject({ attribute: "source", known: 120, share: 1, pValue: 1 / 2001 });
    expect(attributes[0]!.mutualInformation).toBeCloseTo(1, 12);
  });

  test("an association of images that patients explain is none", () => {
    // Four patients of 30 images each, two of each class, each of a source of its own.
    const few = changeRows(clean, ({ label }, i) => {
      const half = i < 60 ? "a" : "b";
      return { patientId: `${label}${half}`, source: label === 1 ? "one" : "two" };
    });
    expect(shortcuts(few)).toEqual([]);
    expect(check(few).attributes.find(({ attribute }) => attribute === "source")!.pValue).toBeGreaterThan(
      0.2,
    );
    expect(shortcuts(changeRows(few, (_, i) => ({ patientId: `${i}` })))).toEqual(["Source"]);
  });

  test("a weak association is no finding however many images show it", () => {
    // 60 % of one class and 40 % of the other: 0.029 of the label's entropy.
    const rows = Array.from({ length: 10 }, (_, copy) =>
      clean.rows.map((row, place) => {
        const view = (row.label === 1) === Math.floor(place / 2) % 10 < 6 ? "PA" : "AP";
        const names = { path: `${copy}/${row.path}`, patientId: `${copy} ${row.patientId}` };
        return { ...row, ...names, facts: { ...row.facts, view } };
      }),
    ).flat();
    const { attributes, findings } = checkAttributes(rows, [], { seed: 1 });
    expect(attributes[0]).toMatchObject({ attribute: "view", known: 1200, pValue: 1 / 2001 });
    expect(attributes[0]!.share).toBeCloseTo(0.029, 3);
    expect(findings).toEqual([]);
  });

  test("unknown values, unused rows and rows that repeat a file are left out", () => {
    const half = changeFacts(clean, ({ label }, i) => ({
      view: i % 4 < 2 ? null : mostly(label, i, "PA", "AP"),
    }));
    const view = check(half).attributes.find(({ attribute }) => attribute === "view")!;
    expect(view.known).toBe(60);
    expect(view.values.reduce((sum, { negative, positive }) => sum + negative + positive, 0)).toBe(60);

    const [first, ...others] = clean.rows;
    const rows = [
      first!,
      first!,
      ...others.map((row, i) => (i === 0 ? { ...row, status: "missing" as const } : row)),
    ];
    const source = check({ ...clean, rows }).attributes.find(({ attribute }) => attribute === "source")!;
    expect(source.known).toBe(119);

    const sizes = check({ ...clean, fingerprints: clean.fingerprints.slice(10) }).attributes;
    expect(sizes.find(({ attribute }) => attribute === "image size")!.known).toBe(110);
  });

  test("a range of ages counts where it fits into a band; an impossible age is unknown", () => {
    const ages = changeFacts(clean, (_, i) =>
      i < 20
        ? { age: null, ageRange: [1, 5] }
        : i < 40
          ? { age: null, ageRange: [1, 6] }
          : { age: i < 60 ? 150 : 70 },
    );
    const band = check(ages).attributes.find(({ attribute }) => attribute === "age band")!;
    expect(band.values).toEqual([
      { value: "65+", negative: 30, positive: 30 },
      { value: "0–5", negative: 10, positive: 10 },
    ]);
  });

  test("with one class nothing is defined, with one value nothing is said", () => {
    const negative = changeRows(clean, () => ({ label: 0 }));
    for (const { share, pValue, adjustedPValue } of check(negative).attributes) {
      expect([share, pValue, adjustedPValue]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
    }
    const same = check(changeRows(clean, () => ({ source: "one" })));
    expect(same.attributes.find(({ attribute }) => attribute === "source")).toMatchObject({
      share: 0,
      pValue: 1,
    });
    expect(same.findings).toEqual([]);
  });

  test("worst first, one seed one result", () => {
    const planted = changeFacts(
      changeRows(clean, ({ label }, i) => ({ source: mostly(label, i, "one", "two") })),
      ({ label }) => ({ view: label === 1 ? "PA" : "AP" }),
    );
    const { attributes, findings } = check(planted);
    expect(attributes.slice(0, 2).map(({ attribute }) => attribute)).toEqual(["view", "source"]);
    expect(findings.map(({ summary }) => summary.split(" ")[0])).toEqual(["View", "Source"]);
    expect(check(planted)).toEqual({ attributes, findings });
  });

  test("refuses a seed that is none", () => {
    expect(() => check(clean, -1)).toThrow(InvalidArgumentError);
    expect(() => check(clean, -1)).toThrow(expect.objectContaining({ parameter: "seed", value: -1 }));
  });
});

const association = (share: number, shareByChance: number, adjustedPValue: number): AttributeAssociation => ({
  attribute: "source",
  known: 100,
  values: [],
  mutualInformation: share,
  share,
  shareByChance,
  pValue: adjustedPValue,
  adjustedPValue,
});

test.each([
  { share: 0.25, shareByChance: 0.125, adjustedPValue: 0.009, shortcut: true },
  { share: 0.25, shareByChance: 0.125, adjustedPValue: 0.01, shortcut: false },
  { share: 0.05, shareByChance: 0, adjustedPValue: 0.001, shortcut: true },
  { share: 0.05, shareByChance: 0.001, adjustedPValue: 0.001, shortcut: false },
  { share: Number.NaN, shareByChance: Number.NaN, adjustedPValue: Number.NaN, shortcut: false },
])("$share against $shareByChance by chance, p = $adjustedPValue: $shortcut", (example) => {
  const { share, shareByChance, adjustedPValue, shortcut } = example;
  const tested = association(share, shareByChance, adjustedPValue);
  expect(isAttributeShortcut(tested)).toBe(shortcut);
  expect(shareBeyondChance(tested)).toBe(share - shareByChance);
});

describe("quartileBands", () => {
  test.each(golden.quartiles)("NumPy's quartiles", ({ values, quartiles }) => {
    expect(quartileBands(values, "").limits).toEqual(quartiles);
  });

  test("names its bands in words", () => {
    expect(quartileBands([1, 2, 3, 4], "megapixels").names).toEqual([
      "up to 1 megapixels",
      "1 to 2 megapixels",
      "2 to 3 megapixels",
      "above 3 megapixels",
    ]);
    expect(quartileBands([5, 5, 5], "")).toEqual({ limits: [], names: ["any"] });
    expect(quartileBands([], "").names).toEqual(["any"]);
    expect(quartileBands([1, 1, 1, 9], "").names).toEqual(["up to 1", "above 1"]);
    expect(quartileBands([1.00001, 1.00002, 1.00003, 2], "").names[1]).toBe("1.00001 to 1.00002");
  });

  test("every value is in the one band whose limits hold it, and no name is given twice", () => {
    const value = fc.double({ min: 0.001, max: 1e4, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { minLength: 1, maxLength: 40 }), (values) => {
        const bands = quartileBands(values, "");
        expect(new Set(bands.names).size).toBe(bands.names.length);
        for (const each of values) {
          const band = bands.names.indexOf(bandOf(each, bands));
          if (band > 0) expect(each).toBeGreaterThan(bands.limits[band - 1]!);
          if (band < bands.limits.length) expect(each).toBeLessThanOrEqual(bands.limits[band]!);
        }
        // No band of distinct values is empty.
        expect(new Set(values.map((each) => bandOf(each, bands))).size).toBe(bands.names.length);
      }),
    );
  });
});
