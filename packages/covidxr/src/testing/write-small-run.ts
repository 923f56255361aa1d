import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CohortRow } from "@covidxr/dataset";
import { STUDY_SPLIT } from "@covidxr/dataset/study";
import { writeRun } from "@covidxr/report";

/** What differs between small runs. */
export interface SmallRun {
  /** Moves every probability towards its label: a better model of the same images. @defaultValue 0 */
  readonly gain?: number;
  /** Written over fields of `run.json`, such as another status. @defaultValue none */
  readonly record?: Readonly<Record<string, unknown>>;
  /** First part of the images' names. @defaultValue "image" */
  readonly prefix?: string;
}

/** Writes the folder of a finished run on 48 images, 12 of them held out, of which 10 are told right. */
export async function writeSmallRun(folder: string, run: SmallRun = {}): Promise<void> {
  const { gain = 0, record = {}, prefix = "image" } = run;
  const cohort = Array.from({ length: 48 }, (_, i): CohortRow => {
    const filename = `${prefix}-${i}.png`;
    return {
      ...{ path: `images/${filename}`, filename, patientId: i % 2 === 0 ? `${i % 32}` : null },
      ...{ finding: i % 2 === 0 ? "COVID-19" : "NORMAL", license: null, source: "images" },
      ...{
        label: i % 2 === 0 ? 1 : 0,
        split: STUDY_SPLIT.splits[i < 24 ? 0 : i < 36 ? 1 : 2]!,
        status: "used",
      },
    };
  });
  const probabilities = cohort.map(({ label }, i) => {
    const towards = i % 5 === 0 ? 1 - label : label;
    const raw = towards === 1 ? 0.75 + 0.004 * i : 0.35 - 0.006 * i;
    return raw + gain * (label - raw);
  });
  const history = [1, 2, 3].map((epoch) => ({
    ...{ epoch, loss: 1 / epoch, accuracy: 0.6 + 0.1 * epoch },
    ...{ validationLoss: 1.1 / epoch, validationAccuracy: 0.5 + 0.1 * epoch },
  }));
  const classes = ["not COVID-19", "COVID-19"] as const;
  const splits = { heldOut: "predict", validation: "test" };
  await writeRun(folder, { cohort, probabilities, history, threshold: 0.7, classes, ...splits });
  if (Object.keys(record).length === 0) return;
  const path = join(folder, "run.json");
  await writeFile(path, JSON.stringify({ ...JSON.parse(await readFile(path, "utf8")), ...record }));
}
