import { rm } from "node:fs/promises";
import { type Decoder, resolveDecoder } from "@covidxr/image";
import type { EpochRecord } from "@covidxr/training";
import { readRun } from "./options/recorded-options.js";
import { Printer } from "./printer.js";
import { type OnProgress, showStage } from "./progress.js";
import { openRunFolder, type RunFolder } from "./run-folder.js";
import { startStopwatch } from "./stopwatch.js";

/** Files that only some runs leave, and that a report would take for this one's. */
const OPTIONAL_FILES = ["audit.json", "audit.txt", "other-split.json"] as const;

/** One run: its folder, what it prints, and how long its stages took. */
export interface Run extends RunFolder {
  /** When it was started, by its first process. */
  readonly started: Date;
  readonly say: Printer;
  /** Seconds of each stage and since the start, with those of the run's earlier processes. */
  seconds(): Readonly<Record<string, number>>;
  /** Runs one long step with its progress shown and its time taken. */
  stage<T>(
    name: string,
    label: string,
    unit: string,
    work: (onProgress: OnProgress) => Promise<T>,
  ): Promise<T>;
  /** Notes in `run.json` that the run ended early; a folder that cannot be written any more changes nothing. */
  fail(status: "failed" | "interrupted", message: string): Promise<void>;
  /** Takes over the epochs that were trained before the run stopped. */
  resumeAt(history: readonly EpochRecord[], damaged: readonly string[]): Promise<void>;
  /** Prints and keeps one of `epochs` epochs. */
  epoch(record: EpochRecord, epochs: number): Promise<void>;
}

/** What a run must be told besides what its program does. */
export interface RunSettings {
  /** Its folder. */
  readonly output: string;
  readonly decoder: Decoder;
  /** Whether it goes on where it stopped. */
  readonly resume: boolean;
}

/** @throws {FileError} when the output folder cannot be written, or there is no run to go on with. */
export async function openRun(options: RunSettings, now: Date): Promise<Run> {
  const previous = options.resume ? await readRun(options.output) : undefined;
  const folder = await openRunFolder(options.output, recordable(options), now, previous);
  // What a run need not write is that of another one, where the folder was used before.
  if (!options.resume) for (const name of OPTIONAL_FILES) await rm(folder.file(name), { force: true });
  await resolveDecoder(options.decoder);
  const say = new Printer();
  const watch = startStopwatch(previous?.seconds as Record<string, number> | undefined);
  const history: EpochRecord[] = [];
  let finished = false;
  return {
    ...folder,
    async record(facts) {
      await folder.record(facts);
      finished ||= facts.status === "finished";
    },
    started: previous === undefined ? now : new Date(previous.started as string),
    say,
    seconds: () => watch.seconds(),
    async stage(name, label, unit, work) {
      const end = watch.start(name);
      try {
        return await showStage(label, unit, work);
      } finally {
        end();
      }
    },
    async fail(status, error) {
      // What comes behind the results, such as the report, cannot undo them.
      const facts = finished ? { error } : { status, error, seconds: watch.seconds() };
      await folder.record(facts).catch(() => {});
    },
    async resumeAt(earlier, damaged) {
      history.push(...earlier);
      say.resumption(earlier.length, damaged);
      await folder.writeHistory(history);
    },
    async epoch(record, epochs) {
      history.push(record);
      say.epoch(record, epochs, history);
      await folder.writeHistory(history);
      // A process that is killed leaves its times, too.
      await folder.record({ seconds: watch.seconds() });
    },
  };
}

/** What is fetched and how says nothing of the results, and an address can hold a password. */
function recordable({ network: _, ...options }: RunSettings & { readonly network?: unknown }): object {
  return options;
}
