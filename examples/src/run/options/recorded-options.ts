import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import type { RunOptions } from "./reproduce-options.js";
import { RUNS } from "./study-options.js";

/**
 * Options of the run in `folder`, as its `run.json` has them.
 *
 * @param folder Undefined: the latest run in the folder of all runs.
 * @param options What the command line says, with defaults.
 * @param given Names of the options that the user gave; they must not differ from the run's own.
 * @param otherCache Whether the run goes on with the command line's cache.
 */
export async function readRecordedOptions(
  folder: string | undefined,
  options: RunOptions,
  given: readonly (keyof RunOptions)[],
  otherCache: boolean,
): Promise<RunOptions> {
  const output = folder ?? (await latestRun());
  const recorded = (await readRun(output)).options as RunOptions;
  for (const name of given) {
    if (JSON.stringify(options[name]) === JSON.stringify(recorded[name])) continue;
    throw new InvalidArgumentError({
      parameter: name,
      value: options[name],
      message:
        `expected ${JSON.stringify(recorded[name])}, with which the run in ${output} was started, got ` +
        `${JSON.stringify(options[name])}; leave the flag out, or start a new run without --resume`,
    });
  }
  return { ...recorded, cache: otherCache ? options.cache : recorded.cache, output, resume: true };
}

/** What `run.json` in a run's folder says. */
export async function readRun(folder: string): Promise<Record<string, unknown>> {
  const path = join(folder, "run.json");
  const refuse = (reason: "missing" | "corrupt", found: string, cause: unknown): never => {
    throw new FileError({
      path,
      reason,
      message: `expected the record of a run, ${found}; name the folder of a run with --resume`,
      cause,
    });
  };
  const text = await readFile(path, "utf8").catch((cause) => refuse("missing", "found none", cause));
  try {
    return JSON.parse(text);
  } catch (cause) {
    return refuse("corrupt", "found something that is not JSON", cause);
  }
}

/** The run that was started last; names of runs are their times. */
async function latestRun(): Promise<string> {
  const names = (await readdir(RUNS).catch(() => [])).filter((name) => /^\d{4}-\d\d-\d\dT/.test(name));
  const latest = names.sort().at(-1);
  if (latest !== undefined) return join(RUNS, latest);
  throw new FileError({
    path: RUNS,
    reason: "missing",
    message: "expected a run to go on with, found none; name its folder with --resume",
  });
}
