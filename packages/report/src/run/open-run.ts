import { rm } from "node:fs/promises";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { FileError } from "@covidxr/core";
import { checkArguments, checkDate, checkOptions } from "@covidxr/core/internal";
import { readJson, writeJson } from "./json-files.js";
import { manifestRecord } from "./manifest.js";
import { readRunRecord } from "./read-run.js";
import { isReadAsRun, listRunFiles, MANIFEST } from "./run-files.js";
import { RUN_VERSION, type RunFacts, type RunRecord, runRecord } from "./run-record.js";
import { RunWriter } from "./run-writer.js";

/** Results of a run that only other programs and people read. */
const RESULTS = [MANIFEST, "metrics.json", "cross-validation.json", "audit.txt"];

/** How a run begins. */
export interface RunStart {
  /** Command that makes the run. */
  readonly program: string;
  /** `"holdout"`: trains once; `"folds"`: cross-validates; `"audit"`: trains nothing. @defaultValue "holdout" */
  readonly kind?: RunRecord["kind"];
  /** All that changes what is trained and how it is judged. */
  readonly settings: Readonly<Record<string, unknown>> & {
    readonly threshold?: number;
    readonly seed?: number;
  };
  /** Where things are on this machine, and what else is written. @defaultValue nothing */
  readonly place?: Readonly<Record<string, unknown>>;
  /** Time of the start. */
  readonly now: Date;
}

/** How a run is resumed. */
export interface RunResumption {
  /** Time of the resumption. */
  readonly now: Date;
  /** Places that are others now; the rest stays. @defaultValue none */
  readonly place?: Readonly<Record<string, unknown>>;
}

/**
 * Starts a run in a folder: writes `run.json` with the status `"running"`, and removes what an earlier run left there of
 * its results: tables, records and report, and whatever else its manifest names.
 *
 * @throws {InvalidArgumentError} on a threshold outside [0, 1], or a seed that is no whole number of 0 or more.
 * @throws {FileError} `"unwritable"`, before any work is done; `"corrupt"` on a symbolic link in place of a file or folder.
 */
export async function createRun(folder: string, given: RunStart): Promise<RunWriter> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(
    given,
    {
      ...{ program: "string", kind: ["holdout", "folds", "audit", undefined], settings: "object" },
      ...{ place: "object?", now: "object" },
    },
    "start",
  );
  const { now, ...start } = given;
  checkDate("now", now);
  return startRun(folder, { ...start, started: now.toISOString(), machine: thisMachine() });
}

/**
 * Resumes a run that did not finish, with its own settings.
 *
 * @throws {FileError} `"missing"` without a run, `"corrupt"` when it is another file or finished, or on a symbolic link in
 * place of a file or folder; `"unwritable"`.
 */
export async function resumeRun(folder: string, resumption: RunResumption): Promise<RunWriter> {
  checkArguments({ folder }, { folder: "string" });
  checkOptions(resumption, { now: "object", place: "object?" }, "resumption");
  const { now, place } = resumption;
  checkDate("now", now);
  await listRunFiles(folder);
  const { error: _, ...record } = await readRunRecord(folder);
  if (record.status === "finished") {
    throw new FileError({
      path: join(folder, "run.json"),
      reason: "corrupt",
      message: "expected a run that did not finish, this one is finished; start a new one",
    });
  }
  const writer = new RunWriter(
    folder,
    {
      ...record,
      status: "running",
      resumed: [...(record.resumed ?? []), now.toISOString()],
      place: { ...record.place, ...place },
      machine: thisMachine(),
    },
    true,
  );
  await writer.update({});
  return writer;
}

/** Starts a run without saying when and where. */
export async function startRun(
  folder: string,
  start: Omit<RunStart, "now" | "program"> &
    RunFacts & { readonly program?: string; readonly started?: string },
): Promise<RunWriter> {
  const record = {
    notice: "For research. Not a diagnostic device.",
    version: RUN_VERSION,
    kind: "holdout",
    status: "running",
    ...start,
  };
  const earlier = await filesOfEarlierRun(folder);
  await writeJson(join(folder, "run.json"), runRecord, record);
  for (const path of earlier) await rm(join(folder, path), { force: true });
  return new RunWriter(folder, runRecord.parse(JSON.parse(JSON.stringify(record))), false);
}

/**
 * Files of an earlier run that a reader would take for this one's: its results, and what its manifest names. The folder may
 * be one of the user's own, so nothing else is touched.
 */
async function filesOfEarlierRun(folder: string): Promise<string[]> {
  const present = await listRunFiles(folder);
  const manifest = await readJson(join(folder, MANIFEST), manifestRecord, "a manifest").catch(() => null);
  const named = new Set(manifest?.files.map(({ path }) => path));
  const isResult = (path: string) => isReadAsRun(path) || RESULTS.includes(path) || named.has(path);
  return present.filter((path) => path !== "run.json" && isResult(path));
}

function thisMachine(): Readonly<Record<string, unknown>> {
  return {
    platform: `${platform()} ${release()} ${arch()}`,
    processor: cpus()[0]?.model.trim(),
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
}
