import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { type CohortRow, writeCohort } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { stringify } from "csv-stringify/sync";
import { HOSTILE_NAME } from "./hostile-name.js";
import { CLEAN_AUDIT, OTHER_SPLIT, SAMPLE_AUDIT } from "./sample-audit.js";

/** The smallest JPEG that browsers decode: one grey pixel. */
const PIXEL = Buffer.from(
  "/9j/4AAQSkZJRgABAQEASABIAAD/2wBDAP//////////////////////////////////////////////////////////////////////////////////////wgALCAABAAEBAREA/8QAFBABAAAAAAAAAAAAAAAAAAAAAP/aAAgBAQABPxA=",
  "base64",
);

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
};

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
  /** Written over fields of `run.json`. */
  readonly record?: Readonly<Record<string, unknown>>;
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
    record = {},
  } = sample;
  const cohort = sampleCohort(noDerivatives);
  const scored = cohort.map((row, i) => ({ row, probability: probabilityOf(i, row.label, gain) }));
  const used = scored.filter(({ row }) => row.status === "used");
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, "run.json"),
    JSON.stringify({
      notice: "For research. Not a diagnostic device.",
      status: "finished",
      started: "2020-06-01T00:00:00.000Z",
      options: {
        program: kind === "holdout" ? "reproduce" : "cross-validate",
        threshold: 0.7,
        seed: 0,
        epochs: 3,
      },
      synthetic,
      classes: ["not COVID-19", "COVID-19"],
      heldOut: kind === "holdout" ? "predict" : "folds",
      ...(kind === "holdout" && { validation: "test" }),
      published: published ? PUBLISHED : null,
      machine: { processor: "a processor", cores: 2 },
      seconds: { training: 61, total: 125 },
      digests: { metadata: "c2118b95" },
      engine: "onnxruntime-node 1.30.0 (cpu)",
      ...(kind === "holdout" && { training: { epochs: 3, weightsOfEpoch: 3, stoppedEarly: false } }),
      model: { name: "VGG19", parameters: 20286785, trainable: 4982017 },
      decoder: { name: "sharp", version: "0.35.5" },
      versions: { covidxr: "0.0.0" },
      peakMemoryBytes: 2 ** 31,
      ...record,
    }),
  );
  await writeCohort(join(folder, "cohort.csv"), cohort);
  await writeFile(
    join(folder, "cohort-flow.json"),
    JSON.stringify({
      steps: [
        { name: "records", kept: 60, positive: null, negative: null, added: [], excluded: [] },
        {
          name: "used",
          kept: used.length,
          positive: 24,
          negative: 23,
          added: [],
          excluded: [
            { count: 12, reason: "modality is CT" },
            { count: 1, reason: "file is <missing>" },
          ],
        },
      ],
    }),
  );
  if (kind === "holdout") {
    await writeFile(
      join(folder, "history.csv"),
      "epoch,loss,accuracy,val_loss,val_accuracy,seconds\n1,0.7,0.5,0.68,0.6,3\n2,0.5,0.7,0.55,0.7,3\n3,0.4,0.8,0.5,0.75,3\n",
    );
    await writeTable(
      join(folder, "predictions.csv"),
      used.map(({ row, probability }) => ({ ...row, probability, predicted: probability > 0.7 ? 1 : 0 })),
      ["filename", "split", "label", "probability", "predicted", "path"],
    );
  } else {
    const lines = ["patient", "row"].flatMap((by) =>
      [0, 1].flatMap((seed) =>
        used.map(({ row, probability }, i) => ({
          ...row,
          ...{ by, seed, fold: (i % 3) + 1, probability, predicted: probability > 0.7 ? 1 : 0 },
        })),
      ),
    );
    const columns = ["filename", "label", "by", "seed", "fold", "probability", "predicted", "path"];
    await writeTable(join(folder, "out-of-fold.csv"), lines, columns);
  }
  const records: readonly (readonly [name: string, content: unknown])[] = [
    ["audit.json", audit === undefined ? undefined : audit === "clean" ? CLEAN_AUDIT : SAMPLE_AUDIT],
    ["other-split.json", otherSplit ? OTHER_SPLIT : undefined],
  ];
  for (const [name, content] of records)
    if (content !== undefined) await writeFile(join(folder, name), JSON.stringify(content));
  for (const { row } of used) {
    const file = join(folder, "thumbnails", `${row.path}.jpg`);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, PIXEL);
  }
}

async function writeTable(path: string, rows: readonly object[], columns: string[]): Promise<void> {
  await writeFile(path, stringify([...rows], { header: true, columns }));
}
