import { createRng, type Rng } from "@covidxr/core";
import { type AuditedRow, type ImageFacts, UNKNOWN_FACTS } from "../cohort/facts.js";
import type { CopyPair } from "../copies/find-copies.js";
import { type Fingerprint, THUMBNAIL_SIDE } from "../fingerprints/fingerprint.js";

/** A cohort with all that an audit asks for. */
export interface TestCohort {
  readonly rows: readonly AuditedRow[];
  readonly fingerprints: readonly Fingerprint[];
}

/** Images of each class in each split. */
const IMAGES = { train: 36, test: 12, predict: 12 } as const;

/**
 * 120 images without a fault: each negative one has a positive twin in its split that is like it in all but class, patient
 * and file, so that no attribute tells anything. Every third patient has two images.
 */
export function cleanCohort(seed: number): TestCohort {
  const rng = createRng(seed, { purpose: "clean cohort" });
  const rows: AuditedRow[] = [];
  const fingerprints: Fingerprint[] = [];
  let image = 0;
  let patient = 0;
  for (const [split, images] of Object.entries(IMAGES)) {
    for (let left: number = images; left > 0; patient++) {
      const images = patient % 3 === 0 && left > 1 ? 2 : 1;
      const facts = drawFacts(rng);
      const source = oneOf(rng, ["one", "two"]);
      for (let own = 0; own < images; own++, image++, left--) {
        const looks = drawLooks(rng);
        for (const label of [0, 1] as const) {
          const filename = `${label}-${image}.png`;
          const path = `${source}/${filename}`;
          const finding = label === 1 ? "COVID-19" : "SARS";
          rows.push({
            path,
            filename,
            patientId: `${label}-${patient}`,
            finding,
            license: null,
            source,
            label,
            split,
            status: "used",
            facts,
          });
          fingerprints.push({ ...looks, path, fileDigest: `file ${path}`, pixelDigest: `pixels ${path}` });
        }
      }
    }
  }
  return { rows, fingerprints };
}

/** The cohort with some rows changed. */
export function changeRows(
  cohort: TestCohort,
  change: (row: AuditedRow, place: number) => Partial<AuditedRow>,
): TestCohort {
  return { ...cohort, rows: cohort.rows.map((row, place) => ({ ...row, ...change(row, place) })) };
}

/** The cohort with facts of some rows changed. */
export function changeFacts(
  cohort: TestCohort,
  change: (row: AuditedRow, place: number) => Partial<ImageFacts>,
): TestCohort {
  return changeRows(cohort, (row, place) => ({ facts: { ...row.facts, ...change(row, place) } }));
}

/** The cohort with some fingerprints changed. */
export function changeFingerprints(
  cohort: TestCohort,
  change: (fingerprint: Fingerprint, row: AuditedRow) => Partial<Fingerprint>,
): TestCohort {
  return {
    ...cohort,
    fingerprints: cohort.fingerprints.map((each, place) => ({
      ...each,
      ...change(each, cohort.rows[place]!),
    })),
  };
}

/** A rescaled copy. */
export function copyPair(first: string, second: string, change: Partial<CopyPair> = {}): CopyPair {
  return {
    first,
    second,
    kind: "similar",
    distance: 3,
    correlation: 0.98,
    mirrored: false,
    crop: null,
    ...change,
  };
}

function drawFacts(rng: Rng): ImageFacts {
  return {
    ...UNKNOWN_FACTS,
    modality: "X-ray",
    view: oneOf(rng, ["PA", "AP", null]),
    sex: oneOf(rng, ["M", "F", null]),
    age: oneOf(rng, [3, 12, 30, 50, 80, null]),
    date: oneOf(rng, ["January 22, 2020", "3/3/2020", "2011", null]),
    location: oneOf(rng, ["Wuhan", "Turin", null]),
    temperature: oneOf(rng, [36.6, 39.5, null]),
    pO2Saturation: oneOf(rng, [70, 98, null]),
    leukocyteCount: oneOf(rng, [6.4, null]),
  };
}

function drawLooks(rng: Rng): Omit<Fingerprint, "path" | "fileDigest" | "pixelDigest"> {
  return {
    bytes: 1000,
    format: oneOf(rng, ["jpeg", "png"]),
    width: 500 + rng.integer(2000),
    height: 500 + rng.integer(2000),
    grey: rng.integer(2) === 0,
    thumbnail: new Uint8Array(THUMBNAIL_SIDE ** 2),
    histogram: new Float32Array(256),
  };
}

function oneOf<Value>(rng: Rng, values: readonly Value[]): Value {
  return values[rng.integer(values.length)]!;
}
