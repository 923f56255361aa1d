import { join } from "node:path";
import { FileError, isCovidxrError } from "@covidxr/core";
import { checkArguments, plural } from "@covidxr/core/internal";
import { readCohort } from "@covidxr/dataset";
import { analyseRun } from "./analysis/analyse-run.js";
import { compareMetrics, metricsFile } from "./analysis/metrics-files.js";
import { auditRecord } from "./run/audit-record.js";
import { usedRows } from "./run/consistency.js";
import { readJson } from "./run/json-files.js";
import {
  compareFiles,
  type Difference,
  differenceText,
  digestFile,
  type Integrity,
  readManifest,
  UNVERIFIED,
} from "./run/manifest.js";
import { type RunData, readFiles, readRunRecord } from "./run/read-run.js";
import { flowRecord } from "./run/result-records.js";
import { isOfTheReport, isThere, listRunFiles, MANIFEST } from "./run/run-files.js";
import type { RunRecord } from "./run/run-record.js";
import { savedFold } from "./run/saved-fold.js";
import { outOfFoldRow, predictionRow, readRows } from "./run/tables.js";

/** One thing that was looked at. */
export interface RunCheck {
  /** What, in a word or two. */
  readonly name: string;
  /** `"not-checked"`: it could not be, as the last line says. */
  readonly status: "same" | "differs" | "not-checked";
  /** What was compared with what; or each difference; or why nothing was. One line each. */
  readonly lines: readonly string[];
}

/** What {@link verifyRun} found. */
export interface RunVerification {
  readonly folder: string;
  readonly record: RunRecord;
  /** Whether nothing differs. */
  readonly same: boolean;
  /** SHA-256 of `manifest.json`, to compare with what the sender of the run says; null without one. */
  readonly manifest: string | null;
  /** Files that were edited on purpose after the run. */
  readonly edited: readonly string[];
  readonly checks: readonly RunCheck[];
}

/**
 * Verifies the folder of a finished run, as somebody does who was handed it: all files against the manifest, every file
 * against its schema, predictions against the cohort, and the metrics against those computed from the predictions again. All
 * differences are found, not the first one alone. Models are for whoever can load them: `covidxr verify` does so as well.
 *
 * @throws {FileError} `"missing"`, `"corrupt"` or `"unreadable"` on a folder that holds no finished run, and on a symbolic
 * link in it.
 */
export async function verifyRun(folder: string): Promise<RunVerification> {
  checkArguments({ folder }, { folder: "string" });
  await listRunFiles(folder);
  const record = await readRunRecord(folder);
  if (record.status !== "finished") {
    throw new FileError({
      path: join(folder, "run.json"),
      reason: "corrupt",
      message: `expected a finished run, this one is "${record.status}"; resume it (--resume), then verify it`,
    });
  }
  const checks: RunCheck[] = [];
  const check = async (name: string, look: () => Promise<Omit<RunCheck, "name">>): Promise<void> => {
    const outcome = await look().catch((error): Omit<RunCheck, "name"> => {
      if (isCovidxrError(error)) return { status: "differs", lines: [error.message] };
      throw error;
    });
    checks.push({ name, ...outcome });
  };
  let integrity: Integrity = UNVERIFIED;
  await check("files", async () => {
    const manifest = await readManifest(folder, record);
    if (manifest === null) return notChecked("the run has no manifest.json");
    const edited = manifest.edits.map(({ path }) => path).filter((path) => !isOfTheReport(path));
    integrity = { verified: true, edited };
    const differences = await compareFiles(folder, manifest, () => true);
    return verdict(
      differences.map(lineOf),
      `${plural(manifest.files.length, "file")} as manifest.json has them`,
    );
  });
  let run = null as RunData | null;
  await check("tables and records", async () => {
    if (record.kind === "audit") await readAudited(folder);
    else run = { ...(await readFiles(folder, () => false)), integrity };
    await readSavedFolds(folder);
    return verdict([], "each as its schema says; every used row of the cohort once, with its label");
  });
  if (record.kind === "audit") checks.push({ name: "metrics", ...notChecked("an audit trains no model") });
  else if (run === null) checks.push({ name: "metrics", ...notChecked("the tables cannot be read") });
  else {
    const own: RunData = run;
    await check("facts", async () =>
      verdict(await wrongFacts(own), "run.json and audit.json count what the tables hold"),
    );
    await check("metrics", async () => {
      const name = metricsFile(own);
      const fields = await compareMetrics(analyseRun(own));
      if (fields === null) return notChecked(`there is no ${name}; write the report`);
      return verdict(
        fields.map((field) => `${name}: "${field}" is not what the predictions give; write the report again`),
        `${name}, computed again from the predictions`,
      );
    });
    if (own.kind === "holdout" && own.otherSplit !== null)
      checks.push({
        name: "other split",
        ...notChecked(`its files are those of the run ${own.otherSplit.run}`),
      });
  }
  const hasManifest = await isThere(join(folder, MANIFEST));
  return {
    ...{ folder, record, checks },
    same: checks.every(({ status }) => status !== "differs"),
    manifest: hasManifest ? (await digestFile(join(folder, MANIFEST))).sha256 : null,
    edited: integrity.edited,
  };
}

const notChecked = (why: string): Omit<RunCheck, "name"> => ({ status: "not-checked", lines: [why] });

const verdict = (differences: readonly string[], compared: string): Omit<RunCheck, "name"> =>
  differences.length === 0
    ? { status: "same", lines: [compared] }
    : { status: "differs", lines: differences };

function lineOf(difference: Difference): string {
  const { path, kind } = difference;
  const rest =
    kind === "added" && isOfTheReport(path)
      ? "no report that the manifest names"
      : differenceText(difference);
  return `${path}: ${rest}`;
}

/** Reads what an audit alone leaves. */
async function readAudited(folder: string): Promise<void> {
  const file = join(folder, "cohort.csv");
  usedRows(file, await readCohort(file));
  await readJson(join(folder, "cohort-flow.json"), flowRecord, "the steps of a cohort");
  await readJson(join(folder, "audit.json"), auditRecord, "an audit of the cohort");
}

async function readSavedFolds(folder: string): Promise<void> {
  for (const path of await listRunFiles(folder)) {
    if (path.startsWith("folds-by-")) await readJson(join(folder, path), savedFold, "a saved fold");
  }
}

/** What `run.json`, `audit.json`, `cohort-flow.json` and the column `predicted` say against the tables. */
async function wrongFacts(run: RunData): Promise<string[]> {
  const { folder, record, cohort, audit, flow, threshold } = run;
  const wrong: string[] = [];
  const compare = (what: string, said: number | undefined, counted: number): void => {
    if (said !== undefined && said !== counted) wrong.push(`${what}: expected ${counted}, got ${said}`);
  };
  for (const { source, rows, used } of record.dataset ?? []) {
    const own = cohort.filter((row) => row.source === source);
    compare(`run.json: rows of ${source}`, rows, own.length);
    compare(`run.json: used rows of ${source}`, used, own.filter(({ status }) => status === "used").length);
  }
  compare("audit.json: rows", audit?.rows, cohort.length);
  const last = flow?.at(-1);
  if (last?.name === "used")
    compare("cohort-flow.json: used", last.kept, cohort.filter(({ status }) => status === "used").length);
  const name = run.kind === "holdout" ? "predictions.csv" : "out-of-fold.csv";
  const lines =
    run.kind === "holdout"
      ? await readRows(join(folder, name), predictionRow)
      : await readRows(join(folder, name), outOfFoldRow);
  for (const { line, row } of lines) {
    const expected = row.probability > threshold ? "1" : "0";
    if (row.predicted !== undefined && row.predicted !== expected)
      wrong.push(
        `${name}, line ${line}: expected predicted ${expected}, above ${threshold}, got ${row.predicted}`,
      );
  }
  return wrong;
}
