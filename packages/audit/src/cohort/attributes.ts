import type { Fingerprint } from "../fingerprints/fingerprint.js";
import type { AuditedRow, ImageFacts } from "./audited-row.js";
import { bandOf, quartileBands } from "./statistics/quartile-bands.js";

/** Something about an image that is not its disease. */
export interface Attribute {
  /** Such as `"age band"`. */
  readonly name: string;
  /** Value of each image; null where it is unknown. */
  readonly values: readonly (string | null)[];
  /** Puts a value behind "images", such as `"of age 0–5"`. */
  phrase(value: string): string;
}

/** First years of the age bands and their names: early childhood, childhood, and the thirds of adult life. */
const AGE_BANDS: readonly (readonly [number, string])[] = [
  [0, "0–5"],
  [6, "6–17"],
  [18, "18–39"],
  [40, "40–64"],
  [65, "65+"],
];

/** Band of an age in years, null of one that cannot be ({@link checkValues} says those). */
function ageBand(age: number): string | null {
  if (!(age >= 0 && age <= 120)) return null;
  return AGE_BANDS.findLast(([youngest]) => age >= youngest)![1];
}

/** Band of an image; of a range of ages only where it fits into one. */
function ageBandOf({ age, ageRange }: ImageFacts): string | null {
  if (age !== null) return ageBand(age);
  if (ageRange === null) return null;
  const band = ageBand(ageRange[0]);
  return band === ageBand(ageRange[1]) ? band : null;
}

/** All attributes of the images; what comes from a file is unknown where it has no fingerprint. */
export function listAttributes(
  images: readonly AuditedRow[],
  fingerprints: readonly Fingerprint[],
): Attribute[] {
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
    { name: "view", values: images.map(({ facts }) => facts.view), phrase: (value) => `of view ${value}` },
    {
      name: "age band",
      values: images.map(({ facts }) => ageBandOf(facts)),
      phrase: (value) => `of age ${value}`,
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
