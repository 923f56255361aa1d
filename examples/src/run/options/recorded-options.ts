import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import type { Command } from "commander";
import { RUNS } from "./study-options.js";
import { path } from "./values.js";

/** Options of a program whose runs can go on. */
export interface ResumableOptions {
  readonly output: string;
  readonly cache: string;
  /** Whether the run in `output` goes on where it stopped. */
  readonly resume: boolean;
}

/** Options that may differ when a run goes on: they do not change its result. */
const FREE_ON_RESUME: readonly string[] = ["resume", "output", "cache"];

export function addResumeOption(command: Command): Command {
  return command.option(
    "--resume [dir]",
    "go on with a run that was stopped, with its own options (default: --output, else the latest run)",
    path,
  );
}

/**
 * The options of a command line; with `--resume` those that the run was started with.
 *
 * @param command Parsed, with {@link addResumeOption}.
 * @param options What the command line says, with defaults.
 * @throws {FileError} when there is no run to go on with.
 * @throws {InvalidArgumentError} when that run is finished, or a flag differs from what it was started with.
 */
export async function withRecordedOptions<Options extends ResumableOptions>(
  command: Command,
  options: Omit<Options, "resume">,
): Promise<Options> {
  const flags = command.opts();
  const all = { ...options, resume: flags.resume !== undefined } as Options;
  if (!all.resume) return all;
  const output: string = flags.resume === true ? (flags.output ?? (await latestRun())) : flags.resume;
  const { options: started, status } = await readRun(output);
  const recorded = started as Options;
  if (status === "finished") {
    throw new InvalidArgumentError({
      parameter: "resume",
      value: output,
      message: `expected a run that was stopped, the run in ${output} is finished; start a new one without --resume`,
    });
  }
  const given = Object.keys(flags).filter((name) => command.getOptionValueSource(name) === "cli");
  for (const name of given.filter((each) => !FREE_ON_RESUME.includes(each)) as (keyof Options & string)[]) {
    if (JSON.stringify(all[name]) === JSON.stringify(recorded[name])) continue;
    throw new InvalidArgumentError({
      parameter: name,
      value: all[name],
      message:
        `expected ${JSON.stringify(recorded[name])}, with which the run in ${output} was started, got ` +
        `${JSON.stringify(all[name])}; leave the flag out, or start a new run without --resume`,
    });
  }
  return { ...recorded, cache: given.includes("cache") ? all.cache : recorded.cache, output, resume: true };
}

/**
 * What `run.json` in a run's folder says.
 *
 * @throws {FileError} when there is none, or it is not JSON.
 */
export async function readRun(folder: string): Promise<Record<string, unknown>> {
  const file = join(folder, "run.json");
  const refuse = (reason: "missing" | "corrupt", found: string, cause: unknown): never => {
    throw new FileError({
      path: file,
      reason,
      message: `expected the record of a run, ${found}; name the folder of a run with --resume`,
      cause,
    });
  };
  const text = await readFile(file, "utf8").catch((cause) => refuse("missing", "found none", cause));
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
