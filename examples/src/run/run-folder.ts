import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { arch, cpus, platform, release, totalmem } from "node:os";
import { join } from "node:path";
import { writeFileAtomic } from "@covidxr/core/files";
import { type PredictionRow, writeHistory, writePredictions } from "@covidxr/report";
import type { EpochRecord } from "@covidxr/training";

/** One image's outcome, with its patient's key; the table does without, since the cohort has it. */
export interface Prediction extends PredictionRow {
  readonly patient: string;
}

/** The folder of one run. Every file is written whole or not at all. */
export interface RunFolder {
  readonly path: string;
  file(name: string): string;
  /** Adds to `run.json` and writes it, so that a run that died says how far it came. */
  record(facts: Readonly<Record<string, unknown>>): Promise<void>;
  writeHistory(history: readonly EpochRecord[]): Promise<void>;
  writePredictions(predictions: readonly Prediction[]): Promise<void>;
  writeJson(name: string, value: unknown): Promise<void>;
}

/**
 * @param previous What `run.json` said, when the run goes on.
 * @throws {FileError} with reason `"unwritable"`, before any work is done.
 */
export async function openRunFolder(
  path: string,
  options: object,
  now: Date,
  previous?: Readonly<Record<string, unknown>>,
): Promise<RunFolder> {
  const file = (name: string): string => join(path, name);
  const writeJson = (name: string, value: unknown) =>
    writeFileAtomic(file(name), `${JSON.stringify(value, undefined, 2)}\n`);
  const facts: Record<string, unknown> = {
    notice: "For research. Not a diagnostic device.",
    status: "running",
    started: previous?.started ?? now.toISOString(),
    ...(previous && { resumed: [...((previous.resumed as string[]) ?? []), now.toISOString()] }),
    options,
    machine: {
      platform: `${platform()} ${release()} ${arch()}`,
      processor: cpus()[0]?.model.trim(),
      cores: cpus().length,
      memoryBytes: totalmem(),
    },
  };
  const record = async (more: Readonly<Record<string, unknown>>) => {
    Object.assign(facts, more);
    await writeJson("run.json", facts);
  };
  await record({});
  return {
    path,
    file,
    record,
    writeJson,
    writeHistory: (history) => writeHistory(path, history),
    writePredictions: (predictions) => writePredictions(path, predictions),
  };
}

/** SHA-256 of a file in hexadecimal. */
export async function digestFile(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}
