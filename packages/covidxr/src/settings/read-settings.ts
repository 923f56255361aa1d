import { lstat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { FileError, InvalidArgumentError } from "@covidxr/core";
import { nearestName } from "@covidxr/core/internal";
import { type Command, Option } from "commander";
import { PROGRAM_SETTINGS, SETTINGS, type SettingName, type Settings } from "./declarations.js";
import { NETWORK, type Network, PLACE, type Place, path, runsFolder } from "./place.js";
import {
  checkTogether,
  type Declarations,
  fillDefaults,
  GROUPS,
  parseText,
  type Setting,
} from "./setting.js";
import { asUsage } from "./usage-error.js";

/** A command that leaves a run. */
export type ProgramName = keyof typeof PROGRAM_SETTINGS;

/** Settings that a program has. */
export type SettingsOf<Name extends ProgramName> = Pick<Settings, (typeof PROGRAM_SETTINGS)[Name][number]>;

type PlaceName = keyof Place;

/** Where things are; what a program does not offer is absent. */
export type ProgramPlace = Omit<Place, "probes" | "masks" | "organize"> &
  Partial<Pick<Place, "probes" | "masks" | "organize">>;

/** What a command line asks for. */
export interface RunRequest<Own extends Partial<Settings> = Settings> {
  readonly program: ProgramName;
  readonly settings: Own;
  readonly place: ProgramPlace;
  readonly network: Network;
  /** Folder of the run. */
  readonly output: string;
  /** Whether the run in `output` is resumed. */
  readonly resume: boolean;
}

const PLACES: Readonly<Record<ProgramName, readonly PlaceName[]>> = {
  audit: ["study", "weights", "download", "manifest", "probes", "masks", "cache"],
  reproduce: ["study", "weights", "download", "manifest", "probes", "masks", "cache", "organize"],
  "cross-validate": ["study", "weights", "download", "manifest", "cache"],
};

/** What a program declares; `audit` trains no model, so that it needs no weights. */
function declarationsOf(program: ProgramName) {
  const pick = <All extends Declarations>(all: All, names: readonly (keyof All & string)[]): Declarations =>
    Object.fromEntries(names.map((name) => [name, all[name]!]));
  const place = pick(PLACE, PLACES[program]);
  const settings = pick(SETTINGS, PROGRAM_SETTINGS[program] as readonly SettingName[]);
  if (program !== "audit") return { place, settings };
  const weights = { ...PLACE.weights, default: "random", defaultText: "none: the probes see small images" };
  return { place: { ...place, weights }, settings };
}

/** Adds the flags of declared settings to a command, in groups. */
export function addFlags(command: Command, declared: Declarations): Command {
  for (const [name, own] of Object.entries(declared)) {
    const isIdle = own.default === undefined || own.default === false || typeof own.default === "function";
    const text = own.defaultText ?? (isIdle ? undefined : String(own.default));
    const help = text === undefined ? own.help : `${own.help} (default: ${text})`;
    const option = new Option(own.flag, help).helpGroup(own.group);
    if (own.flag.includes("<")) option.argParser((value) => parseFlag(name, own, value));
    command.addOption(option);
  }
  return command;
}

function parseFlag(name: string, own: Setting, text: string): unknown {
  try {
    return parseText(name, own, text);
  } catch (error) {
    throw asUsage(error);
  }
}

/** Adds the flags of a program: its settings, places and the network's. */
export function addProgramFlags(command: Command, program: ProgramName): Command {
  const { place, settings } = declarationsOf(program);
  const all = Object.entries({ ...place, ...NETWORK, ...settings });
  const groups: readonly string[] = Object.values(GROUPS);
  all.sort(([, a], [, b]) => groups.indexOf(a.group) - groups.indexOf(b.group));
  addFlags(command, Object.fromEntries(all));
  const output = { ...PLACE.cache, schema: path };
  command.addOption(
    new Option("--output <dir>", "folder of the results (default: runs/<time>)")
      .argParser((value) => parseFlag("output", output, value))
      .helpGroup(GROUPS.output),
  );
  if (program === "audit") return command;
  return command.addOption(
    new Option(
      "--resume [dir]",
      "resume a run that was stopped, with its own settings (default: the one in --output, else the latest one)",
    ).helpGroup(GROUPS.output),
  );
}

type Flags = Readonly<Record<string, unknown>>;

/**
 * What the flags of a program ask for. With `--resume` the settings are those that the run was started with; others are
 * refused, as they would change its result. Where things are may differ.
 *
 * @param flags Parsed, with {@link addProgramFlags}; those that were not given are absent.
 * @param now Names the default output folder.
 * @throws {InvalidArgumentError} when flags cannot go together, or one differs from what the run was started with.
 * @throws {FileError} when there is no run to resume.
 */
export async function readRequest<Name extends ProgramName>(
  program: Name,
  flags: Flags,
  now: Date,
): Promise<RunRequest<SettingsOf<Name>>> {
  const declared = declarationsOf(program);
  const started = flags.resume === undefined ? undefined : await findRun(program, flags);
  const synthetic = flags.study === undefined && flags.download !== true;
  const ofRun = <Values>(field: "settings" | "place", read: () => Values): Values =>
    started === undefined
      ? read()
      : readStarted(started.folder, field, Object.keys(declared[field]), started[field], read);
  const givenPlace = definedOf(declared.place, flags);
  const place = ofRun("place", () =>
    fillDefaults(declared.place, { ...started?.place, ...givenPlace }, { synthetic }),
  );
  const given = definedOf(declared.settings, flags);
  const settings = ofRun("settings", () =>
    fillDefaults(declared.settings, started?.settings ?? given, { synthetic, values: place }),
  );
  if (started !== undefined && !started.isSealed) {
    requireNamed(place, givenPlace, fillDefaults(declared.place, {}, { synthetic }), started.folder);
  }
  const network = fillDefaults(NETWORK, flags, { synthetic });
  if (started !== undefined) requireEqual(given, settings, started.folder);
  const all = { ...declared.place, ...NETWORK, ...declared.settings };
  ofRun("settings", () =>
    checkTogether(all, new Set(Object.keys(flags)), { ...place, ...network, ...settings }),
  );
  const time = now.toISOString().slice(0, 19).replaceAll(":", "-");
  return {
    program,
    settings: settings as unknown as SettingsOf<Name>,
    place: place as unknown as ProgramPlace,
    network,
    output:
      started?.folder ?? resolve((flags.output as string) ?? (await newFolder(join(runsFolder(), time)))),
    resume: started !== undefined,
  };
}

/** The first of `path`, `path-2`, … at which nothing is: two runs may begin in one second. */
async function newFolder(path: string): Promise<string> {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? path : `${path}-${n}`;
    const found = await lstat(candidate).catch(() => undefined);
    if (found === undefined) return candidate;
  }
}

function definedOf(declared: Declarations, flags: Flags): Flags {
  return Object.fromEntries(Object.entries(flags).filter(([name]) => name in declared));
}

function requireEqual(given: Flags, settings: Flags, folder: string): void {
  for (const [name, value] of Object.entries(given)) {
    const [ours, theirs] = [JSON.stringify(value), JSON.stringify(settings[name])];
    if (ours === theirs) continue;
    refuse(
      name,
      value,
      `expected ${theirs}, with which the run in ${folder} was started, got ${ours}; leave the flag out, or start a new run without --resume`,
    );
  }
}

/** The run that `--resume` means, with what it was started with. */
async function findRun(program: ProgramName, { resume, output, study, download }: Flags) {
  if (resume !== true && output !== undefined)
    refuse(
      "output",
      output,
      "expected one folder, got two; a run is resumed in its own, which --resume names",
    );
  const { readRunRecord } = await import("@covidxr/report");
  const named = resume === true ? output : resume;
  const folder = named === undefined ? await latestRun(program) : resolve(named as string);
  const record = await readRunRecord(folder);
  if (record.program !== program) {
    refuse(
      "resume",
      folder,
      `expected a run of ${program}, the run in ${folder} is one of ${record.program ?? "another program"}`,
    );
  }
  if (record.status === "finished") {
    refuse(
      "resume",
      folder,
      `expected a run that was stopped, the run in ${folder} is finished; write its report (covidxr report ${folder}), or start a new one without --resume`,
    );
  }
  const isDemonstration = record.place.study === undefined && record.place.download !== true;
  if (isDemonstration && (study !== undefined || download === true)) {
    refuse(
      study === undefined ? "download" : "study",
      study ?? download,
      `expected a run of a study folder, the run in ${folder} is one on synthetic radiographs; leave the flag out`,
    );
  }
  const { isSealed } = await import("./place-seal.js");
  const { seal: _, ...place } = record.place as Flags;
  return { folder, settings: record.settings as Flags, place, isSealed: await isSealed(record.place) };
}

/**
 * Reads a part of what a run was started with; it may come from anybody.
 *
 * @throws {FileError} `"corrupt"` on a value that the program does not take, by the name of its field.
 */
function readStarted<Values>(
  folder: string,
  field: "settings" | "place",
  known: readonly string[],
  recorded: Flags,
  read: () => Values,
): Values {
  const corrupt = (name: string, difference: string, cause?: unknown): FileError =>
    new FileError({
      path: join(folder, "run.json"),
      reason: "corrupt",
      message: `"${field}.${name}": ${difference}; put back what the run was started with, or start a new one without --resume`,
      cause,
    });
  const all = [...known, ...(field === "settings" ? DERIVED : [])];
  const foreign = Object.keys(recorded).find((name) => !all.includes(name));
  if (foreign !== undefined)
    throw corrupt(foreign, `expected a name that the program knows, such as "${nearestName(foreign, all)}"`);
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidArgumentError) || !Object.hasOwn(recorded, error.parameter)) throw error;
    throw corrupt(error.parameter, error.message.slice(error.parameter.length + 2), error);
  }
}

/** Settings that a program may record though it does not declare them. */
const DERIVED: readonly SettingName[] = ["seed", "split"];

/**
 * Refuses to write where a record leads that this user's program did not make, unless the command line names the place.
 *
 * @throws {InvalidArgumentError}
 */
function requireNamed(place: Flags, given: Flags, usual: Flags, folder: string): void {
  for (const name of ["cache", ...(place.download === true ? ["study", "manifest"] : [])]) {
    const value = place[name];
    if (value === undefined || value === usual[name] || given[name] !== undefined) continue;
    refuse(
      name,
      value,
      `expected --${name} beside --resume, as the run in ${folder} would write to ${value}, which this user's covidxr did not record; ` +
        `pass --${name} ${value} if you trust it, or another place`,
    );
  }
}

/** The run of a program that was started last and did not finish. */
async function latestRun(program: ProgramName): Promise<string> {
  const { listRuns } = await import("@covidxr/report");
  const runs = (await listRuns(resolve(runsFolder()))).filter(
    ({ record }) => record.program === program && record.status !== "finished",
  );
  const latest = runs.at(-1);
  if (latest !== undefined) return latest.folder;
  throw new FileError({
    path: resolve(runsFolder()),
    reason: "missing",
    message: "expected a run to resume, found none; name its folder with --resume",
  });
}

function refuse(parameter: string, value: unknown, message: string): never {
  throw new InvalidArgumentError({ parameter, value, message });
}
