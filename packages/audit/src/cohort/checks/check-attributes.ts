import { patientKey } from "@covidxr/dataset";
import { formatPValue } from "@covidxr/metrics";
import type { Finding } from "../../findings/finding.js";
import { capitalize, enumerate, percent } from "../../findings/words.js";
import type { Fingerprint } from "../../fingerprints/fingerprint.js";
import { type Attribute, listAttributes } from "../attributes.js";
import type { AuditedRow } from "../audited-row.js";
import type { AttributeAssociation } from "../cohort-audit.js";
import { distinctImages } from "../distinct-images.js";
import { holm } from "../statistics/holm.js";
import { permutationTest } from "../statistics/permutation-test.js";
import { isAttributeShortcut, shareBeyondChance } from "./attribute-shortcut.js";

/** Images that a value needs before it is worth saying that all of them are of one class. */
const PURE_IMAGES = 5;

/** Values named in a summary; all are in the items. */
const NAMED_VALUES = 3;

/**
 * How much source, view, age band, sex, image size, aspect ratio, file format and colour tell of the class: a model that
 * sees them in the pixels needs no disease to be right.
 *
 * Used rows count, each file once; images whose value is unknown are left out ({@link checkMissingFields} is about them).
 * P-values are {@link permutationTest}'s, over patients, corrected by {@link holm} for the number of attributes.
 *
 * @returns All attributes, by share beyond chance, undefined ones last; and a shortcut for each that
 * {@link isAttributeShortcut} says is one.
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
  // Sums of infinities are NaN, which no order holds.
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
  const { counts, ...test } = permutationTest({
    values: known.map((image) => codeOf.get(values[image]!)!),
    labels: known.map((image) => images[image]!.label),
    patients: known.map((image) => patientKey(images[image]!)),
    seed,
    purpose: `attribute ${name}`,
  });
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
  const more = pure.length > NAMED_VALUES ? [`so it is with ${pure.length - NAMED_VALUES} more values`] : [];
  return {
    check: "attributes",
    severity: "shortcut",
    summary:
      `${capitalize(attribute)} alone tells ${percent(share)} of the label (${percent(shareByChance)} by chance, ` +
      `adjusted ${formatPValue(adjustedPValue)}, ${known} images)` +
      `${pure.length === 0 ? "" : `: ${enumerate([...said, ...more])}`}.`,
    items: values.map(
      ({ value, negative, positive }) => `${value}: ${negative} negative, ${positive} positive`,
    ),
  };
}
