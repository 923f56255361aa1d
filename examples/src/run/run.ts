import { type Decoder, resolveDecoder } from "@covidxr/image";
import { createRun, type HistoryRow, type RunStart, type RunWriter, resumeRun } from "@covidxr/report";
import type { EpochRecord } from "@covidxr/training";
import { Printer } from "./printer.js";
import { type OnProgress, showStage } from "./progress.js";
import { startStopwatch } from "./stopwatch.js";

/** Options that say where things are and what else is written; they change no metric. */
const PLACES: ReadonlySet<string> = new Set([
  ...["study", "weights", "cache", "output", "resume", "organize", "probes", "masks", "download", "manifest"],
]);

/** One run: its folder, what it prints, and how long its stages took. */
export interface Run {
  readonly folder: RunWriter;
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
  /** Takes over the epochs that were trained before the run stopped. */
  resumeAt(history: readonly EpochRecord[], damaged: readonly string[]): Promise<void>;
  /** Prints and keeps one of `epochs` epochs. */
  epoch(record: EpochRecord, epochs: number): Promise<void>;
}

/** What a run must be told besides what its program does. */
export interface RunSettings {
  readonly program: string;
  /** Its folder. */
  readonly output: string;
  readonly decoder: Decoder;
  /** Whether the run resumes where it stopped. */
  readonly resume: boolean;
}

/** @throws {FileError} when the output folder cannot be written, or there is no run to resume. */
export async function openRun(
  options: RunSettings,
  kind: NonNullable<RunStart["kind"]>,
  now: Date,
): Promise<Run> {
  const { program, settings, place } = partsOf(options);
  const folder = options.resume
    ? await resumeRun(options.output, { now, place })
    : await createRun(options.output, { program, kind, settings, place, now });
  await resolveDecoder(options.decoder);
  const say = new Printer();
  const watch = startStopwatch(folder.record.seconds);
  const history: EpochRecord[] = [];
  return {
    folder,
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
    async resumeAt(earlier, damaged) {
      history.push(...earlier);
      say.resumption(earlier.length, damaged);
      await folder.writeHistory(history satisfies HistoryRow[]);
    },
    async epoch(record, epochs) {
      history.push(record);
      say.epoch(record, epochs, history);
      await folder.writeHistory(history);
      // A process that is killed leaves its times, too.
      await folder.update({ seconds: watch.seconds() });
    },
  };
}

/** What is fetched and how says nothing of the results, and an address can hold a password. */
function partsOf({ network: _, program, ...options }: RunSettings & { readonly network?: unknown }) {
  const all = Object.entries(options);
  return {
    program,
    settings: Object.fromEntries(all.filter(([name]) => !PLACES.has(name))),
    place: Object.fromEntries(all.filter(([name]) => PLACES.has(name))),
  };
}
