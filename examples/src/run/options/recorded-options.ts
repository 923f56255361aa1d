import { FileError, InvalidArgumentError } from "@covidxr/core";
import { listRuns, readRunRecord } from "@covidxr/report";
import type { Command } from "commander";
import { RUNS } from "./study-options.js";
import { path } from "./values.js";

/** Options of a program whose runs can go on. */
export interface ResumableOptions {
  /** Study folder, or undefined for the synthetic one. */
  readonly study: string | undefined;
  /** The program, which alone can go on with its runs. */
  readonly program: string;
  readonly output: string;
  readonly cache: string;
  /** Whether the run in `output` goes on where it stopped. */
  readonly resume: boolean;
}

/** Options that may differ when a run goes on: they do not change what is trained. */
const FREE_ON_RESUME: readonly string[] = [
  ...["resume", "output", "cache", "probes", "masks"],
  ...["download", "offline", "proxy", "replace"],
];

export function addResumeOption(command: Command): Command {
  return command.option(
    "--resume [dir]",
    "go on with a run that was stopped, with its own options\n(default: the one in --output, else the latest that was stopped)",
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
  options: Omit<Options, "program" | "resume">,
): Promise<Options> {
  const flags = command.opts();
  const program = command.name();
  const all = { ...options, program, resume: flags.resume !== undefined } as Options;
  if (!all.resume) return all;
  const given = Object.keys(flags).filter((name) => command.getOptionValueSource(name) === "cli");
  const refuse = (parameter: string, value: unknown, message: string): never => {
    throw new InvalidArgumentError({ parameter, value, message });
  };
  if (flags.resume !== true && given.includes("output")) {
    refuse(
      "output",
      flags.output,
      "expected one folder, got two; a run goes on in its own, which --resume names",
    );
  }
  const output: string = flags.resume === true ? (flags.output ?? (await latestRun(program))) : flags.resume;
  const { status, settings, place, program: own } = await readRunRecord(output);
  const recorded = { ...settings, ...place, program: own } as unknown as Options;
  if (recorded.program !== program) {
    refuse(
      "resume",
      output,
      `expected a run of ${program}, the run in ${output} is one of ${recorded.program}`,
    );
  }
  if (status === "finished") {
    refuse(
      "resume",
      output,
      `expected a run that was stopped, the run in ${output} is finished; start a new one without --resume`,
    );
  }
  if (flags.download && recorded.study === undefined) {
    refuse(
      "download",
      true,
      `expected a run of a study folder, the run in ${output} is one on synthetic radiographs; leave the flag out`,
    );
  }
  for (const name of given.filter((each) => !FREE_ON_RESUME.includes(each)) as (keyof Options & string)[]) {
    if (JSON.stringify(all[name]) === JSON.stringify(recorded[name])) continue;
    refuse(
      name,
      all[name],
      `expected ${JSON.stringify(recorded[name])}, with which the run in ${output} was started, got ` +
        `${JSON.stringify(all[name])}; leave the flag out, or start a new run without --resume`,
    );
  }
  const free = given.filter((name) => FREE_ON_RESUME.includes(name) && name in all) as (keyof Options &
    string)[];
  const changed = Object.fromEntries(free.map((name) => [name, all[name]]));
  // A run of an earlier version took what is the default of options that it did not know.
  return { ...all, ...recorded, ...changed, output, resume: true };
}

/** The program's run that was started last and did not finish. */
async function latestRun(program: string): Promise<string> {
  const runs = (await listRuns(RUNS)).filter(
    ({ record }) => record.program === program && record.status !== "finished",
  );
  const latest = runs.at(-1);
  if (latest !== undefined) return latest.folder;
  throw new FileError({
    path: RUNS,
    reason: "missing",
    message: "expected a run to resume, found none; name its folder with --resume",
  });
}
