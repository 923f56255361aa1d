import { access, readdir, readFile, rm } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { writeFileAtomic } from "@covidxr/core/files";
import { type CohortRow, writeCohort } from "@covidxr/dataset";
import type { FlowStep } from "@covidxr/dataset/internal";
import { type AuditInput, auditRecord } from "./audit-record.js";
import { doubledRows } from "./consistency.js";
import { jsonText, writeJson } from "./json-files.js";
import { noteFiles, writeManifest } from "./manifest.js";
import { thresholdOf } from "./read-run.js";
import { flowRecord, type OtherSplitRecord, otherSplitRecord } from "./result-records.js";
import { type RunFacts, type RunRecord, runRecord } from "./run-record.js";
import { type FoldInput, savedFold, savedFoldText } from "./saved-fold.js";
import { foldRow, type HistoryRow, historyRow, outOfFoldRow, predictionRow, writeRows } from "./tables.js";

const FOLDS_PREFIX = "folds-by-";

/**
 * Writes the folder of one run. Every file is written whole or not at all; all methods throw a {@link FileError}
 * (`"unwritable"`) where it cannot be.
 */
export class RunWriter {
  #record: RunRecord;

  /** Use `createRun` or `resumeRun`. @internal */
  constructor(
    readonly folder: string,
    record: RunRecord,
    /** Whether the run resumes where an earlier process stopped. */
    readonly resumed: boolean,
  ) {
    this.#record = record;
  }

  /** What `run.json` says. */
  get record(): RunRecord {
    return this.#record;
  }

  /** When the run was started, by its first process. */
  get started(): Date {
    return new Date(this.#record.started ?? 0);
  }

  /** Path of a file or folder of the run, such as `"model"`. */
  file(name: string): string {
    return join(this.folder, name);
  }

  /** Adds facts to `run.json`, so that a run that died says how far it came. */
  update(facts: RunFacts): Promise<void> {
    return this.#write(facts);
  }

  /**
   * Adds the last facts and says that the run is finished; only then is there a report. Before, it lists all files of the run
   * with their digests in `manifest.json`: whatever reads the run sees what was altered later.
   */
  async finish(facts: RunFacts = {}): Promise<void> {
    const record = { ...this.#record, ...facts, status: "finished", manifest: true } as RunRecord;
    const text = jsonText(this.file("run.json"), runRecord, record);
    await writeManifest(this.folder, text);
    await writeFileAtomic(this.file("run.json"), text);
    this.#record = record;
  }

  /**
   * Notes that the run ended early. What fails after the results, such as the report, does not undo them: a finished run
   * stays finished. Does nothing where the folder cannot be written any more.
   */
  async fail(status: "failed" | "interrupted", error: string, facts: RunFacts = {}): Promise<void> {
    const noted = this.#record.status === "finished" ? { error } : { ...facts, status, error };
    await this.#write(noted).catch(() => {});
  }

  async #write(facts: Readonly<Record<string, unknown>>): Promise<void> {
    this.#record = { ...this.#record, ...facts } as RunRecord;
    await writeJson(this.file("run.json"), runRecord, this.#record);
    await this.#note("run.json");
  }

  /** What the program writes after the end of the run is the run's own as well. */
  async #note(...paths: readonly string[]): Promise<void> {
    if (this.#record.status === "finished") await noteFiles(this.folder, paths);
  }

  /** Writes `cohort.csv` and, where its steps are known, `cohort-flow.json`. */
  async writeCohort(rows: readonly CohortRow[], steps?: readonly FlowStep[]): Promise<void> {
    await writeCohort(this.file("cohort.csv"), rows);
    if (steps !== undefined) await writeJson(this.file("cohort-flow.json"), flowRecord, { steps });
    await this.#note("cohort.csv", "cohort-flow.json");
  }

  /** Writes `history.csv`; call it after each epoch. */
  async writeHistory(history: readonly HistoryRow[]): Promise<void> {
    await writeRows(this.file("history.csv"), historyRow, history);
    await this.#note("history.csv");
  }

  /**
   * Writes `predictions.csv`, a line for each row in the order given; positive above the run's threshold.
   *
   * @param rows Used rows, each with a split.
   * @param probabilities Probability of class 1 for each row, from 0 to 1.
   * @throws {InvalidArgumentError} on another number of probabilities than of rows, or one outside [0, 1]; on a row
   * without a split or that repeats an image of its split, or a run without a threshold.
   */
  async writePredictions(rows: readonly CohortRow[], probabilities: ArrayLike<number>): Promise<void> {
    const lines = predictionsOf(rows, probabilities, this.#threshold());
    await writeRows(this.file("predictions.csv"), predictionRow, lines);
    await this.#note("predictions.csv");
  }

  /** Writes `audit.json`; NaN is `null` there. */
  async writeAudit(audit: AuditInput): Promise<void> {
    await writeJson(this.file("audit.json"), auditRecord, audit);
    await this.#note("audit.json");
  }

  /** Writes `audit.txt`, the audit as text. */
  async writeAuditText(text: string): Promise<void> {
    await writeFileAtomic(this.file("audit.txt"), text);
    await this.#note("audit.txt");
  }

  /** Writes `other-split.json`; null removes it. */
  async writeOtherSplit(other: OtherSplitRecord | null): Promise<void> {
    const path = this.file("other-split.json");
    if (other === null) await rm(path, { force: true });
    else await writeJson(path, otherSplitRecord, other);
    await this.#note("other-split.json");
  }

  /**
   * Keeps a finished fold, so that a run that dies is resumed with the next one.
   *
   * @param by What was kept together, such as `"patient"`.
   * @param key Names everything that decides the fold's result.
   */
  async saveFold(by: string, key: string, record: FoldInput): Promise<void> {
    const name = `seed-${record.seed}-fold-${record.fold + 1}.json`;
    await writeFileAtomic(this.file(join(`${FOLDS_PREFIX}${by}`, name)), savedFoldText(key, record));
  }

  /**
   * Folds that were saved under this key. A file that holds no fold, or an altered one, is ignored, and its fold trained again.
   *
   * @throws {FileError} `"unreadable"`.
   */
  async savedFolds<Fold extends FoldInput = FoldInput>(by: string, key: string): Promise<Fold[]> {
    const folder = this.file(`${FOLDS_PREFIX}${by}`);
    const names = await readdir(folder).catch((cause) =>
      cause.code === "ENOENT" ? [] : unreadable(folder, cause),
    );
    const folds: Fold[] = [];
    for (const name of names.filter((each) => each.endsWith(".json")).sort()) {
      const path = join(folder, name);
      const text = await readFile(path, "utf8").catch((cause) => unreadable(path, cause));
      const saved = savedFold.safeParse(parseOrNull(text));
      if (saved.success && saved.data.key === key) folds.push(saved.data.record as unknown as Fold);
    }
    return folds;
  }

  /** Removes the folds that an earlier run saved. */
  clearFolds(by: string): Promise<void> {
    return rm(this.file(`${FOLDS_PREFIX}${by}`), { recursive: true, force: true });
  }

  /**
   * Writes `out-of-fold.csv` and `folds.csv`: every image by the model that was not trained on it, and how each fold's
   * training ended.
   *
   * @param rows Used rows, which the folds' `rows` index.
   * @param folds Folds by what was kept together.
   */
  async writeFolds(
    rows: readonly CohortRow[],
    folds: ReadonlyMap<string, readonly FoldInput[]>,
  ): Promise<void> {
    const threshold = this.#threshold();
    const all = [...folds].flatMap(([by, own]) => own.map((fold) => ({ by, ...fold, fold: fold.fold + 1 })));
    const lines = all.flatMap(({ by, seed, fold, rows: held, outputs }) =>
      held.map((at, i) => {
        const { filename, label, path } = rows[at]!;
        const probability = outputs[i]!;
        return {
          filename,
          label,
          by,
          seed,
          fold,
          probability,
          predicted: probability > threshold ? "1" : "0",
          path,
        };
      }),
    );
    await writeRows(this.file("out-of-fold.csv"), outOfFoldRow, lines);
    await writeRows(
      this.file("folds.csv"),
      foldRow,
      all.map(({ lastEpoch, epoch, ...fold }) => ({
        ...fold,
        epochs: lastEpoch.epoch ?? 0,
        weightsOfEpoch: epoch,
      })),
    );
    await this.#note("out-of-fold.csv", "folds.csv");
  }

  /** Whether there is a thumbnail of the image at this path of the cohort. */
  hasThumbnail(path: string): Promise<boolean> {
    return access(this.thumbnailFile(path)).then(
      () => true,
      () => false,
    );
  }

  /** Writes a thumbnail as `thumbnails/PATH.jpg`. @throws {InvalidArgumentError} when the path leads out of that folder. */
  async writeThumbnail(path: string, jpeg: Uint8Array): Promise<void> {
    const file = this.thumbnailFile(path);
    await writeFileAtomic(file, jpeg);
    await this.#note(this.#name(file));
  }

  /** Removes a thumbnail that an earlier run left of an image whose licence forbids altered copies. */
  async removeThumbnail(path: string): Promise<void> {
    const file = this.thumbnailFile(path);
    try {
      await rm(file, { force: true });
    } catch (cause) {
      throw new FileError({
        path: file,
        reason: "unwritable",
        message: `cannot be removed (${(cause as Error).message}), and its licence forbids passing it on; remove it`,
        cause,
      });
    }
    await this.#note(this.#name(file));
  }

  /** Where a thumbnail is. @throws {InvalidArgumentError} when the path, which comes from others, leads elsewhere. */
  thumbnailFile(path: string): string {
    const folder = this.file("thumbnails");
    const file = join(folder, `${path}.jpg`);
    if (resolve(file).startsWith(resolve(folder) + sep)) return file;
    return refuse("rows", path, `expected a path inside the study folder, got ${path}; correct the metadata`);
  }

  /** Path of a file below the folder, with `/`. */
  #name(file: string): string {
    return relative(this.folder, file).replaceAll(sep, "/");
  }

  #threshold(): number {
    return (
      thresholdOf(this.#record) ??
      refuse("threshold", undefined, "expected a threshold among the run's settings, got none; set one")
    );
  }
}

/**
 * The lines of `predictions.csv`.
 *
 * @throws {InvalidArgumentError} as {@link RunWriter.writePredictions}.
 */
export function predictionsOf(
  rows: readonly CohortRow[],
  probabilities: ArrayLike<number>,
  threshold: number,
) {
  if (probabilities.length !== rows.length) {
    const counts = `${rows.length}, one for each used row, got ${probabilities.length}`;
    refuse("probabilities", probabilities.length, `expected ${counts}; give them in the order of the rows`);
  }
  const [doubled] = doubledRows(rows);
  if (doubled !== undefined) {
    const message = `expected each used image once in its split, got ${doubled.path} again; mark it as a duplicate`;
    refuse("cohort", doubled.path, message);
  }
  return rows.map(({ filename, split, label, path }, i) => {
    const probability = probabilities[i]!;
    if (split === null) return refuse("cohort", path, `expected a split for ${path}, got none; split first`);
    if (!(probability >= 0 && probability <= 1))
      refuse("probabilities", probability, `expected 0 to 1, got ${probability} for ${path}`);
    const predicted = probability > threshold ? "1" : "0";
    return { filename, split, label, probability, predicted, path };
  });
}

function parseOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function unreadable(path: string, cause: Error): never {
  throw new FileError({
    path,
    reason: "unreadable",
    message: `cannot be read (${cause.message}); check its permissions, or start a new run`,
    cause,
  });
}

function refuse(parameter: string, value: unknown, message: string): never {
  throw new InvalidArgumentError({ parameter, value, message });
}
