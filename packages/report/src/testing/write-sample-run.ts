import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CohortRow } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { noteFiles } from "../run/manifest.js";
import { startRun } from "../run/open-run.js";
import { MANIFEST } from "../run/run-files.js";
import type { FoldInput } from "../run/saved-fold.js";
import { HOSTILE_NAME } from "./hostile-name.js";
import { CLEAN_AUDIT, OTHER_SPLIT, SAMPLE_AUDIT } from "./sample-audit.js";

/** The smallest JPEG that browsers decode: one grey pixel. */
const PIXEL = Buffer.from(
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=",
  "base64",
);

const HISTORY = [
  { epoch: 1, loss: 0.7, accuracy: 0.5, validationLoss: 0.68, validationAccuracy: 0.6, seconds: 3 },
  { epoch: 2, loss: 0.5, accuracy: 0.7, validationLoss: 0.55, validationAccuracy: 0.7, seconds: 3 },
  { epoch: 3, loss: 0.4, accuracy: 0.8, validationLoss: 0.5, validationAccuracy: 0.75, seconds: 3 },
];

const PUBLISHED = {
  source: "the study's README",
  images: 31,
  threshold: 0.7,
  confusionMatrix: [
    [14, 1],
    [1, 15],
  ],
  other: [
    {
      source: "the study's notebook",
      confusionMatrix: [
        [12, 3],
        [1, 15],
      ],
    },
  ],
} as const;

/** What differs between sample runs. */
export interface SampleRun {
  readonly kind: "holdout" | "folds";
  readonly synthetic?: boolean;
  /** Moves every probability towards its label: a better model of the same images. */
  readonly gain?: number;
  readonly published?: boolean;
  /** Writes `audit.json`: one that found something of every kind, or nothing. @defaultValue none */
  readonly audit?: "findings" | "clean";
  /** Numbers of images whose licence forbids that altered copies are passed on. @defaultValue none */
  readonly noDerivatives?: readonly number[];
  /** Writes `other-split.json`. */
  readonly otherSplit?: boolean;
  /** Writes a thumbnail for each image used. @defaultValue false */
  readonly thumbnails?: boolean;
  /** Written over fields of `run.json`. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Whether the run lists its files in `manifest.json`. @defaultValue true */
  readonly manifest?: boolean;
}

/** Rows of the sample cohort: 48 of 40 patients, with one missing file and a hostile name in `predict`. */
function sampleCohort(noDerivatives: readonly number[]): CohortRow[] {
  return Array.from({ length: 48 }, (_, i): CohortRow => {
    const label = i % 2 === 0 ? 1 : 0;
    const filename = i === 45 ? HOSTILE_NAME : `image-${i}.png`;
    const folder = label === 1 ? "covid-chestxray-dataset/images" : "chest_xray/train/NORMAL";
    return {
      path: `${folder}/${filename}`,
      filename,
      patientId: label === 1 ? String(i % 32) : null,
      finding: label === 1 ? "COVID-19" : "NORMAL",
      license: noDerivatives.includes(i) ? "CC BY-NC-ND" : licenseOf(i, label),
      source: label === 1 ? "covid-chestxray-dataset" : "chest-xray-pneumonia",
      label,
      split: STUDY_SPLIT.splits[i < 24 ? 0 : i < 36 ? 1 : 2]!,
      status: i === 3 ? "missing" : "used",
    };
  });
}

/** Of every sixth radiograph the sample's metadata state none. */
function licenseOf(i: number, label: number): string | null {
  if (label === 0) return "CC BY 4.0";
  return i % 12 === 0 ? null : "CC BY-NC-SA";
}

/** A probability that is wrong for every fifth image, at a distance from the threshold of 0.7. */
function probabilityOf(i: number, label: number, gain: number): number {
  const towards = i % 5 === 0 ? 1 - label : label;
  const raw = towards === 1 ? 0.75 + 0.004 * i : 0.35 - 0.006 * i;
  return raw + gain * (label - raw);
}

/** Writes the folder of a finished run, as the programs leave it, small. */
export async function writeSampleRun(folder: string, sample: SampleRun): Promise<void> {
  const {
    kind,
    synthetic = false,
    gain = 0,
    published = true,
    audit,
    noDerivatives = [],
    otherSplit = false,
    thumbnails = false,
    record = {},
    manifest = true,
  } = sample;
  const cohort = sampleCohort(noDerivatives);
  const scored = cohort.map((row, i) => ({ row, probability: probabilityOf(i, row.label, gain) }));
  const used = scored.filter(({ row }) => row.status === "used");
  const run = await startRun(folder, {
    program: kind === "holdout" ? "reproduce" : "cross-validate",
    kind,
    started: "2020-06-01T00:00:00.000Z",
    settings: { threshold: 0.7, seed: 0, epochs: 3 },
    synthetic,
    classes: ["not COVID-19", "COVID-19"],
    heldOut: "predict",
    ...(kind === "holdout" && { validation: "test" }),
    published: published ? PUBLISHED : null,
    machine: { processor: "a processor", cores: 2 },
    seconds: { training: 61, total: 125 },
    digests: { metadata: "c2118b95" },
    engine: "onnxruntime-node 1.30.0 (cpu)",
    ...(kind === "holdout" && { training: { epochs: 3, weightsOfEpoch: 3, stoppedEarly: false } }),
    model: { name: "VGG19", parameters: 20286785, trainable: 4982017, resize: "nearest" },
    decoder: { name: "sharp" },
    versions: { covidxr: "0.0.0" },
    peakMemoryBytes: 2 ** 31,
  });
  const { length } = used;
  await run.writeCohort(cohort, [
    { name: "records", kept: 60, positive: null, negative: null, added: [], excluded: [] },
    {
      ...{ name: "used", kept: length, positive: 24, negative: 23, added: [] },
      excluded: [
        { count: 12, reason: "modality is CT" },
        { count: 1, reason: "file is <missing>" },
      ],
    },
  ]);
  const rows = used.map(({ row }) => row);
  const probabilities = used.map(({ probability }) => probability);
  if (kind === "holdout") {
    await run.writeHistory(HISTORY);
    await run.writePredictions(rows, probabilities);
  } else {
    const folds = [0, 1].flatMap((repeat) => [0, 1, 2].map((fold) => foldOf(probabilities, repeat, fold)));
    await run.writeFolds(rows, new Map(["patient", "row"].map((by) => [by, folds])));
  }
  if (audit !== undefined) await run.writeAudit(audit === "clean" ? CLEAN_AUDIT : SAMPLE_AUDIT);
  await run.writeOtherSplit(otherSplit ? OTHER_SPLIT : null);
  if (thumbnails) await Promise.all(rows.map(({ path }) => run.writeThumbnail(path, PIXEL)));
  await run.finish();
  // Also what a writer would refuse: readers must.
  const path = join(folder, "run.json");
  const own = { ...JSON.parse(await readFile(path, "utf8")), ...(!manifest && { manifest: undefined }) };
  await writeFile(path, JSON.stringify({ ...own, ...record }));
  if (manifest) await noteFiles(folder, ["run.json"]);
  else await rm(join(folder, MANIFEST));
}

/** A fold of the sample: every third image. */
function foldOf(probabilities: readonly number[], repeat: number, fold: number): FoldInput {
  const rows = probabilities.flatMap((_, i) => (i % 3 === fold ? [i] : []));
  return {
    ...{ repeat, fold, seed: repeat, rows, outputs: rows.map((i) => probabilities[i]!) },
    ...{ trainingImages: probabilities.length - rows.length, validationImages: 0 },
    ...{ epoch: 3, stoppedEarly: false, lastEpoch: { epoch: 3 }, seconds: 9 },
  };
}
