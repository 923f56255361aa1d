import { readdir } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { FileError } from "@covidxr/core";
import { checkArguments, checkOptions, groupBy } from "@covidxr/core/internal";
import { type CohortRow, patientKey, readCohort } from "@covidxr/dataset";
import type { FlowStep } from "@covidxr/dataset/internal";
import { z } from "zod";
import { type AuditRecord, auditRecord } from "./audit-record.js";
import { checkFolds, checkHistory, foldKey, matchRows, type Scored, usedRows } from "./consistency.js";
import { readJson } from "./json-files.js";
import { checkFiles, type Integrity, UNVERIFIED } from "./manifest.js";
import {
  flowRecord,
  foldTraining,
  metricsRecord,
  type OtherSplitRecord,
  otherSplitRecord,
  type SplitRule,
} from "./result-records.js";
import { isReadAsRun, isThere, listRunFiles, requirePlainFile } from "./run-files.js";
import { RUN_VERSION, type RunRecord, runRecord } from "./run-record.js";
import {
  foldRow,
  type HistoryRow,
  historyRow,
  outOfFoldRow,
  predictionRow,
  readRows,
  type TableLine,
} from "./tables.js";

/** One image with the probability that a model gave it. */
export interface ScoredImage {
  readonly filename: string;
  /** Path relative to the study folder. */
  readonly path: string;
  /** Name of its patient, or of the file where the patient is unknown. */
  readonly patient: string;
  readonly label: 0 | 1;
  readonly finding: string;
  readonly source: string;
  /** Probability of class 1. */
  readonly probability: number;
  /** 1 where the probability is above the run's threshold. */
  readonly predicted: 0 | 1;
}

/** What every run leaves. */
export interface RunBasics {
  readonly folder: string;
  readonly record: RunRecord;
  /** Whether its files were compared with its manifest, and which ones were edited since. */
  readonly integrity: Integrity;
  /** A probability above it is positive. */
  readonly threshold: number;
  readonly cohort: readonly CohortRow[];
  /** Null for a run that did not record it. */
  readonly flow: readonly FlowStep[] | null;
  /** Null where nobody audited the cohort. */
  readonly audit: AuditRecord | null;
}

/** Images that take one part in a run. */
export interface ImageSet {
  readonly name: string;
  readonly images: readonly ScoredImage[];
}

/** A run that trained once and held images out. */
export interface HoldoutRun extends RunBasics {
  readonly kind: "holdout";
  readonly history: readonly HistoryRow[];
  /** In the order in which the run names them; the held-out one is the record's `heldOut`. */
  readonly splits: readonly ImageSet[];
  /** The same study on another split; null where it was run on one alone. */
  readonly otherSplit: OtherSplitRecord | null;
}

/** How the training of a fold ended. */
export type FoldTraining = Readonly<z.output<typeof foldTraining>>;

/** One held-out fold. */
export interface Fold extends ImageSet {
  readonly seed: number;
  /** 1-based. */
  readonly fold: number;
  /** Null for a run that did not record it. */
  readonly training: FoldTraining | null;
}

/** Folds drawn one way. */
export interface FoldGrouping {
  /** What was kept together: `"patient"` or `"row"`. */
  readonly by: string;
  readonly folds: readonly Fold[];
}

/** A run that held out each image once, fold by fold. */
export interface FoldsRun extends RunBasics {
  readonly kind: "folds";
  readonly groupings: readonly FoldGrouping[];
}

/** A run's folder, read. */
export type RunData = HoldoutRun | FoldsRun;

/** What {@link readRun} accepts. */
export interface ReadRunOptions {
  /** Also a run that has not finished, once its predictions are written. @defaultValue false */
  readonly unfinished?: boolean;
}

/**
 * Reads the folder of a run: `run.json` and `cohort.csv`, with `predictions.csv` and `history.csv` of a run that held
 * images out, or `out-of-fold.csv` of one that did so fold by fold. `cohort-flow.json`, `audit.json`, `other-split.json`
 * and `folds.csv` are optional. What is read is compared with the run's manifest, where it has one; every used row of the
 * cohort must have its prediction exactly once.
 *
 * @throws {FileError} on a file that is missing or is not what its name says, a run that did not finish, and a symbolic
 * link; `"different"` on a file that was altered or added after the run.
 * @throws {MetadataError} on a table with a missing column or a wrong cell, or a line that is no used row of the cohort.
 */
export async function readRun(folder: string, options: ReadRunOptions = {}): Promise<RunData> {
  checkOptions(options, { unfinished: "boolean?" });
  return readFiles(folder, isReadAsRun, options.unfinished);
}

/** Reads a run as {@link readRun} does, and compares `reads` of its files with the manifest. */
export async function readFiles(
  folder: string,
  reads: (path: string) => boolean,
  unfinished = false,
): Promise<RunData> {
  const record = await readRunRecord(folder);
  if (!unfinished && record.status !== "finished") {
    corrupt(
      folder,
      "run.json",
      `expected a finished run, this one is "${record.status}"; resume it (--resume) or start a new one`,
    );
  }
  await listRunFiles(folder);
  const integrity = record.status === "finished" ? await checkFiles(folder, record, reads) : UNVERIFIED;
  const threshold =
    thresholdOf(record) ??
    corrupt(
      folder,
      "run.json",
      "expected a threshold among the settings, got none; name the one in force (an audit alone has no report)",
    );
  const cohort = await readCohort(join(folder, "cohort.csv"));
  const used = usedRows(join(folder, "cohort.csv"), cohort);
  const flow = await readJson(join(folder, "cohort-flow.json"), flowRecord, "the steps of a cohort");
  const audit = await readJson(join(folder, "audit.json"), auditRecord, "an audit of the cohort");
  const basics = { folder, record, integrity, threshold, cohort, flow: flow?.steps ?? null, audit };
  if (record.kind === "folds")
    return { ...basics, kind: "folds", groupings: await readGroupings(folder, used, threshold) };
  const history = (await readRows(join(folder, "history.csv"), historyRow)).map(({ row }) => row);
  checkHistory(join(folder, "history.csv"), history, record);
  return {
    ...basics,
    kind: "holdout",
    splits: await readSplits(folder, record.heldOut, used, threshold),
    history,
    otherSplit: await readOtherSplit(folder, splitRuleOf(record)),
  };
}

/**
 * Reads `run.json` of a run, finished or not.
 *
 * @throws {FileError} `"missing"` without one, `"unreadable"`, `"corrupt"` when it is something else or of another version.
 */
export async function readRunRecord(folder: string): Promise<RunRecord> {
  checkArguments({ folder }, { folder: "string" });
  const path = join(folder, "run.json");
  await requirePlainFile(path);
  const anyVersion = z.looseObject({ version: z.unknown().optional() });
  const found = await readJson(path, anyVersion, "the record of a run");
  const message = "expected the record of a run, found none; name the folder of a run";
  if (found === null) throw new FileError({ path, reason: "missing", message });
  if (found.version !== RUN_VERSION) {
    const got = found.version === undefined ? "one without a version" : `version ${found.version}`;
    corrupt(
      folder,
      "run.json",
      `expected version ${RUN_VERSION} of a run's record, got ${got}; run the program again`,
    );
  }
  const record = await readJson(path, runRecord, "the record of a run");
  // It may have been removed meanwhile.
  if (record === null) throw new FileError({ path, reason: "missing", message });
  return record;
}

/**
 * Asserts that a part of a run's folder is what the run wrote: no links, and the files of its manifest, where it has one. For readers of a model or of images, who need nothing else of the run. Does nothing for a folder without `run.json`.
 *
 * @param reads Which files are read, by their path below the folder.
 * @throws {FileError} `"corrupt"` on a link, or a record that is none; `"different"`, `"missing"`.
 */
export async function checkRunFiles(folder: string, reads: (path: string) => boolean): Promise<void> {
  if (!(await isThere(join(folder, "run.json")))) return;
  await listRunFiles(folder);
  // Whatever its status says: it has a manifest only once its files are whole.
  await checkFiles(folder, await readRunRecord(folder), reads);
}

/** Threshold in force: the one that a run chose takes precedence over the setting. */
export function thresholdOf({ threshold, settings }: RunRecord): number | undefined {
  return threshold?.value ?? settings.threshold;
}

/** A run among others. */
export interface ListedRun {
  readonly folder: string;
  readonly record: RunRecord;
}

/** The runs in a folder of runs by their start, finished or not; whatever else is there is ignored. */
export async function listRuns(parent: string): Promise<ListedRun[]> {
  checkArguments({ parent }, { parent: "string" });
  const names = await readdir(parent).catch(() => []);
  const found = await Promise.all(
    names.sort().map(async (name): Promise<ListedRun[]> => {
      const folder = join(parent, name);
      return readRunRecord(folder).then(
        (record) => [{ folder, record }],
        () => [],
      );
    }),
  );
  return found.flat().sort((a, b) => (a.record.started ?? "").localeCompare(b.record.started ?? ""));
}

/** Whether two runs differ at most in their split: one program, equal other settings, equal inputs. */
function differInSplitOnly(a: RunRecord, b: RunRecord): boolean {
  const canonical = ({ program, settings, digests }: RunRecord): string => {
    const own = Object.entries(settings).filter(([name]) => name !== "split");
    return JSON.stringify([program, own.sort(byKey), Object.entries(digests).sort(byKey)]);
  };
  return canonical(a) === canonical(b);
}

const byKey = ([a]: [string, unknown], [b]: [string, unknown]): number => (a < b ? -1 : a > b ? 1 : 0);

/** The split of a run; one that does not name it has the study's. */
export function splitRuleOf({ settings }: RunRecord): SplitRule {
  return settings.split === "patient" ? "patient" : "study";
}

/**
 * What the same study says on the other split: of the latest finished run beside this one that differs from it in
 * the split alone. Null where there is none. A run whose files were edited on purpose is passed over.
 *
 * @throws {FileError} as {@link readRunRecord}; `"different"` when the other run's record or metrics were altered.
 */
export async function findOtherSplit(folder: string): Promise<OtherSplitRecord | null> {
  const own = await readRunRecord(folder);
  const siblings = (await listRuns(dirname(resolve(folder)))).filter(
    ({ folder: other, record }) =>
      resolve(other) !== resolve(folder) &&
      record.status === "finished" &&
      splitRuleOf(record) !== splitRuleOf(own) &&
      differInSplitOnly(own, record),
  );
  for (const { folder: other, record } of siblings.reverse()) {
    const { edited } = await checkFiles(other, record, (path) => ["run.json", "metrics.json"].includes(path));
    if (edited.length > 0) continue;
    const file = join(other, "metrics.json");
    const metrics = await readJson(file, metricsRecord, "the metrics of a run").catch(() => null);
    if (metrics === null || !Object.hasOwn(metrics.splits, record.heldOut)) continue;
    const held = metrics.splits[record.heldOut]!;
    const { value, low, high } = held.metrics.auc ?? { value: Number.NaN, low: 0, high: 0 };
    return {
      split: splitRuleOf(record),
      run: basename(other),
      heldOut: record.heldOut,
      images: held.images,
      threshold: held.threshold,
      confusionMatrix: held.confusionMatrix,
      auc: Number.isNaN(value) ? null : { value, low, high },
      seed: record.settings.seed,
    };
  }
  return null;
}

function readOtherSplit(folder: string, own: SplitRule): Promise<OtherSplitRecord | null> {
  const schema = otherSplitRecord.refine(({ split }) => split !== own, {
    path: ["split"],
    message: `this run has the split "${own}" itself`,
  });
  return readJson(join(folder, "other-split.json"), schema, "a run of the study on another split");
}

async function readSplits(
  folder: string,
  heldOut: string,
  used: readonly CohortRow[],
  threshold: number,
): Promise<ImageSet[]> {
  const path = join(folder, "predictions.csv");
  const lines = await readRows(path, predictionRow);
  const images = joinRows(path, lines, used, threshold);
  const splits = groupBy(lines, ({ row }) => row.split);
  if (!splits.has(heldOut)) {
    corrupt(
      folder,
      "predictions.csv",
      `expected images of the split "${heldOut}", got those of ${[...splits.keys()].join(", ")}`,
    );
  }
  return [...splits].map(([name, own]) => ({ name, images: own.map((line) => images.get(line)!) }));
}

async function readGroupings(
  folder: string,
  used: readonly CohortRow[],
  threshold: number,
): Promise<FoldGrouping[]> {
  const path = join(folder, "out-of-fold.csv");
  const lines = await readRows(path, outOfFoldRow);
  const endings = await readRows(join(folder, "folds.csv"), foldRow).catch((error) => {
    if (error instanceof FileError && error.reason === "missing") return null;
    throw error;
  });
  if (endings !== null) {
    const held = lines.map(({ row }) => row);
    checkFolds(join(folder, "folds.csv"), endings, held);
  }
  const trainingOf = new Map((endings ?? []).map(({ row }) => [foldKey(row), foldTraining.parse(row)]));
  return [...groupBy(lines, ({ row }) => row.by)].map(([by, ofGrouping]) => {
    // Every pass holds each used row out once.
    const images = new Map(
      [...groupBy(ofGrouping, ({ row }) => row.seed).values()].flatMap((pass) => [
        ...joinRows(path, pass, used, threshold),
      ]),
    );
    const folds = [...groupBy(ofGrouping, ({ row }) => foldKey(row))].map(([key, own]): Fold => {
      const { seed, fold } = own[0]!.row;
      const training = trainingOf.get(key) ?? null;
      return {
        ...{ name: `fold ${fold}`, seed, fold, training },
        images: own.map((line) => images.get(line)!),
      };
    });
    return { by, folds };
  });
}

/** The image of each line, with what its row of the cohort says. */
function joinRows<Line extends TableLine<Scored>>(
  path: string,
  lines: readonly Line[],
  used: readonly CohortRow[],
  threshold: number,
): Map<Line, ScoredImage> {
  const rows = matchRows(path, lines, used);
  return new Map(
    lines.map((line, i) => {
      const own = rows[i]!;
      const { label, probability } = line.row;
      const image: ScoredImage = {
        ...{ filename: own.filename, path: own.path, patient: patientKey(own), label },
        ...{ finding: own.finding, source: own.source, probability },
        predicted: probability > threshold ? 1 : 0,
      };
      return [line, image];
    }),
  );
}

function corrupt(folder: string, name: string, message: string): never {
  throw new FileError({ path: join(folder, name), reason: "corrupt", message });
}

/** @throws {InvalidArgumentError} on what is no run, as {@link readRun} gives it. */
export function checkRun(parameter: string, run: RunData): void {
  checkArguments({ [parameter]: run }, { [parameter]: "object" });
  const { kind, record } = run;
  checkArguments({ [`${parameter}.kind`]: kind as string, [`${parameter}.record`]: record as object }, {
    [`${parameter}.kind`]: "string",
    [`${parameter}.record`]: "object",
  } as never);
}
