import { plural } from "@covidxr/core/internal";
import { patientKey } from "@covidxr/dataset/cohort";
import { holm, permutationTest } from "@covidxr/metrics";
import { formatPValue } from "@covidxr/metrics/internal";
import { capitalize, enumerate, type Finding, percent } from "../../findings.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import type { AuditedRow, ImageFacts } from "../facts.js";
import { distinctImages } from "../rows.js";

/** What decides whether an attribute is a shortcut. */
export type Association = Pick<
  AttributeAssociation,
  "attribute" | "share" | "shareByChance" | "adjustedPValue"
>;

/** Association of an image attribute with the label. */
export interface AttributeAssociation {
  /** Such as `"source"`, `"age band"` or `"file format"`. */
  readonly attribute: string;
  /** Number of images whose value is known; only these count. */
  readonly known: number;
  /** Images of each value by class, the most frequent value first. */
  readonly values: readonly {
    readonly value: string;
    readonly negative: number;
    readonly positive: number;
  }[];
  /** Mutual information of value and label, in bits. */
  readonly mutualInformation: number;
  /** Mutual information over the entropy of the label, from 0 to 1; NaN where only one class is known. */
  readonly share: number;
  /**
   * Mean of `share` when labels are permuted among patients: what this many values, images and patients give without any
   * association. Each permutation keeps the number of patients of each class but not of images, and its share is of its
   * own entropy. The labels of a patient who has both move among such patients with as many images.
   */
  readonly shareByChance: number;
  /**
   * Of the permutation test over patients, (1 + permutations at least as extreme) / (1 + permutations), in bits or as a
   * share, whichever is larger; NaN where undefined.
   */
  readonly pValue: number;
  /** The same, corrected for the number of attributes (Holm 1979). */
  readonly adjustedPValue: number;
}

/** Fewest images of a value for reporting that all of them are of one class. */
const PURE_IMAGES = 5;

/** Most values named in a summary; the items list all. */
const NAMED_VALUES = 3;

/**
 * Measures how well source, view, age band, sex, image size, aspect ratio, file format and colour predict the class: a
 * model that sees them in the pixels can be right without seeing the disease.
 *
 * Counts used rows, each file once; leaves out images whose value is unknown ({@link checkMissingFields} checks those).
 * P-values are of a {@link permutationTest} over patients, corrected by {@link holm} for the number of attributes.
 *
 * @returns All attributes, by share beyond chance, undefined ones last; and a shortcut for each that satisfies
 * {@link isAttributeShortcut}.
 */
export function checkAttributes(
  rows: readonly AuditedRow[],
  fingerprints: readonly Fingerprint[],
  options: { readonly seed: number },
): { attributes: AttributeAssociation[]; findings: Finding[] } {
  const images = distinctImages(rows);
  const listed = listAttributes(images, fingerprints);
  const tests = listed.map((attribute) => associate(attribute, images, options.seed));
  const adjusted = holm(tests.map(({ pValue }) => pValue));
  const beyond = (association: AttributeAssociation): number => {
    const share = shareBeyondChance(association);
    return Number.isNaN(share) ? Number.NEGATIVE_INFINITY : share;
  };
  const associations = tests
    .map((test, place) => ({ ...test, adjustedPValue: adjusted[place]! }))
    .map((association, place) => ({ association, attribute: listed[place]! }));
  // The difference of two infinities is NaN, which cannot be sorted.
  associations.sort((a, b) => {
    const [left, right] = [beyond(a.association), beyond(b.association)];
    return left === right ? 0 : right - left;
  });
  return {
    attributes: associations.map(({ association }) => association),
    findings: associations
      .filter(({ association }) => isAttributeShortcut(association))
      .map(({ association, attribute }) => toFinding(association, attribute)),
  };
}

function associate(
  { name, values }: Attribute,
  images: readonly AuditedRow[],
  seed: number,
): Omit<AttributeAssociation, "adjustedPValue"> {
  const known = [...images.keys()].filter((image) => values[image] !== null);
  const names = [...new Set(known.map((image) => values[image]!))].sort();
  const codeOf = new Map(names.map((value, code) => [value, code]));
  const { counts, ...test } = permutationTest(
    known.map((image) => images[image]!.label),
    known.map((image) => codeOf.get(values[image]!)!),
    { groups: known.map((image) => patientKey(images[image]!)), seed, purpose: `attribute ${name}` },
  );
  const table = names.map((value, code) => ({ value, ...counts[code]! }));
  table.sort((a, b) => b.negative + b.positive - a.negative - a.positive);
  return { attribute: name, known: known.length, values: table, ...test };
}

function toFinding(association: AttributeAssociation, { phrase }: Attribute): Finding {
  const { attribute, share, shareByChance, adjustedPValue, values, known } = association;
  const pure = values.filter(
    ({ negative, positive }) => negative + positive >= PURE_IMAGES && (negative === 0 || positive === 0),
  );
  const said = pure.slice(0, NAMED_VALUES).map(({ value, negative, positive }) => {
    const side = negative === 0 ? "positive" : "negative";
    return `all ${negative + positive} images ${phrase(value)} are ${side}`;
  });
  const more =
    pure.length > NAMED_VALUES
      ? [`the same holds for ${plural(pure.length - NAMED_VALUES, "further value")}`]
      : [];
  return {
    check: "attributes",
    severity: "shortcut",
    summary:
      `${capitalize(attribute)} alone explains ${percent(share)} of the label entropy (${percent(shareByChance)} by chance, ` +
      `adjusted ${formatPValue(adjustedPValue)}, ${known} images)` +
      `${pure.length === 0 ? "" : `: ${enumerate([...said, ...more])}`}.`,
    items: values.map(
      ({ value, negative, positive }) => `${value}: ${negative} negative, ${positive} positive`,
    ),
  };
}

/** Adjusted p-value below which an attribute is a shortcut: at most one audit in 100 has a false alarm. */
const ATTRIBUTE_SIGNIFICANCE = 0.01;

/**
 * Least share of the label entropy, beyond chance. With balanced classes, 0.05 is what a value shared by half of the images
 * explains when 63 % of those that have it, and 37 % of the others, are positive: less would hardly affect the metrics of
 * a few hundred images.
 */
const ATTRIBUTE_SHARE = 0.05;

/** Share of the label entropy that an attribute explains beyond chance; NaN where undefined. */
export function shareBeyondChance({ share, shareByChance }: Association): number {
  return share - shareByChance;
}

/** Whether an attribute predicts the label ({@link ATTRIBUTE_SIGNIFICANCE}, {@link ATTRIBUTE_SHARE}). */
export function isAttributeShortcut(association: Association): boolean {
  return (
    association.adjustedPValue < ATTRIBUTE_SIGNIFICANCE && shareBeyondChance(association) >= ATTRIBUTE_SHARE
  );
}

/** A property of images other than the disease. */
export interface Attribute {
  /** Such as `"age band"`. */
  readonly name: string;
  /** Value of each image; null where it is unknown. */
  readonly values: readonly (string | null)[];
  /** Describes images with a value, such as `"aged 0–5"`. */
  phrase(value: string): string;
}

/** Lower limits and names of the age bands: early childhood, childhood, and three bands of adult life. */
const AGE_BANDS: readonly (readonly [number, string])[] = [
  [0, "0–5"],
  [6, "6–17"],
  [18, "18–39"],
  [40, "40–64"],
  [65, "65+"],
];

/** Band of an age in years; null of an impossible one, which {@link checkValues} reports. */
function ageBand(age: number): string | null {
  if (!(age >= 0 && age <= 120)) return null;
  return AGE_BANDS.findLast(([youngest]) => age >= youngest)![1];
}

/** Age band of an image; of an age range only where it fits into one band. */
function ageBandOf({ age, ageRange }: ImageFacts): string | null {
  if (age !== null) return ageBand(age);
  if (ageRange === null) return null;
  const band = ageBand(ageRange[0]);
  return band === ageBand(ageRange[1]) ? band : null;
}

/** All attributes of the images; those of the file are unknown without a fingerprint. */
function listAttributes(images: readonly AuditedRow[], fingerprints: readonly Fingerprint[]): Attribute[] {
  const fingerprintOf = new Map(fingerprints.map((fingerprint) => [fingerprint.path, fingerprint]));
  const found = images.map(({ path }) => fingerprintOf.get(path) ?? null);
  const ofFile = (value: (fingerprint: Fingerprint) => string): (string | null)[] =>
    found.map((fingerprint) => (fingerprint === null ? null : value(fingerprint)));
  const banded = (quantity: (fingerprint: Fingerprint) => number, unit: string): (string | null)[] => {
    const bands = quartileBands(
      found.flatMap((fingerprint) => (fingerprint === null ? [] : quantity(fingerprint))),
      unit,
    );
    return ofFile((fingerprint) => bandOf(quantity(fingerprint), bands));
  };
  return [
    { name: "source", values: images.map(({ source }) => source), phrase: (value) => `from ${value}` },
    { name: "view", values: images.map(({ facts }) => facts.view), phrase: (value) => `in ${value} view` },
    {
      name: "age band",
      values: images.map(({ facts }) => ageBandOf(facts)),
      phrase: (value) => `aged ${value}`,
    },
    { name: "sex", values: images.map(({ facts }) => facts.sex), phrase: (value) => `of sex ${value}` },
    {
      name: "image size",
      values: banded(({ width, height }) => (width * height) / 1e6, "megapixels"),
      phrase: (value) => `of ${value}`,
    },
    {
      name: "aspect ratio",
      values: banded(({ width, height }) => width / height, ""),
      phrase: (value) => `of aspect ratio ${value}`,
    },
    {
      name: "file format",
      values: ofFile(({ format }) => format.toUpperCase()),
      phrase: (value) => `in ${value} files`,
    },
    {
      name: "colour",
      values: ofFile(({ grey }) => (grey ? "grey" : "coloured")),
      phrase: (value) => `with ${value} pixels`,
    },
  ];
}

/** Numbers of digits tried in turn until all limits are written differently. */
const DIGITS = [3, 4, 5, 6, 8, 10, 17];

/** Ranges of a quantity, each with about a quarter of its values. */
export interface QuartileBands {
  /** Limits between bands, ascending; a value equal to a limit lies below it. Fewer than 3 where values repeat. */
  readonly limits: readonly number[];
  /** Names of the bands, one more than limits, such as `"up to 0.61 megapixels"`. */
  readonly names: readonly string[];
}

/**
 * Cuts a quantity at its quartiles (inverse of the empirical distribution function, type 1 of Hyndman and Fan 1996).
 *
 * @param values Finite numbers; if there are none, there is a single band.
 * @param unit Written after each number, such as `"megapixels"`; may be empty.
 */
export function quartileBands(values: readonly number[], unit: string): QuartileBands {
  const sorted = Float64Array.from(values).sort();
  const quartiles = [1, 2, 3].map((quarter) => sorted[Math.ceil((quarter * sorted.length) / 4) - 1]!);
  // A limit with nothing above it separates nothing.
  const limits = [...new Set(quartiles)].filter((limit) => limit < sorted.at(-1)!);
  const written = DIGITS.map((digits) => limits.map((limit) => String(Number(limit.toPrecision(digits)))));
  const numbers = written.find((texts) => new Set(texts).size === texts.length)!;
  const behind = unit === "" ? "" : ` ${unit}`;
  const names = Array.from({ length: limits.length + 1 }, (_, band) => {
    if (limits.length === 0) return "any";
    if (band === 0) return `up to ${numbers[0]}${behind}`;
    if (band === limits.length) return `above ${numbers.at(-1)}${behind}`;
    return `${numbers[band - 1]} to ${numbers[band]}${behind}`;
  });
  return { limits, names };
}

/** Name of the band that a value lies in. */
export function bandOf(value: number, { limits, names }: QuartileBands): string {
  return names[limits.filter((limit) => limit < value).length]!;
}
