import { type Decoder, resolveDecoder } from "@covidxr/image";
import type { EpochRecord } from "@covidxr/training";
import { readRun } from "./options/recorded-options.js";
import { Printer } from "./printer.js";
import { showProgress } from "./progress.js";
import { openRunFolder, type RunFolder } from "./run-folder.js";

type OnProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly fromCache?: number;
}) => void;

/** One run: its folder, what it prints, and how long its stages took. */
export interface Run extends RunFolder {
  readonly say: Printer;
  /** Seconds of each finished stage, and since the start. */
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
  const folder = await openRunFolder(options.output, options, now, previous);
  await resolveDecoder(options.decoder);
  const say = new Printer();
  const started = performance.now();
  const since = (moment: number): number => (performance.now() - moment) / 1000;
  const stages: Record<string, number> = {};
  const history: EpochRecord[] = [];
  return {
    ...folder,
    say,
    seconds: () => ({ ...stages, total: since(started) }),
    async stage(name, label, unit, work) {
      const progress = showProgress(label, unit);
      const start = performance.now();
      try {
        return await work(({ done, total, fromCache }) =>
          progress.update(done, total, fromCache ? `${fromCache} from cache` : ""),
        );
      } finally {
        progress.finish();
        stages[name] = (stages[name] ?? 0) + since(start);
      }
    },
    fail: (status, error) =>
      folder.record({ status, error, seconds: { ...stages, total: since(started) } }).catch(() => {}),
    async resumeAt(earlier, damaged) {
      history.push(...earlier);
      say.resumption(earlier.length, damaged);
      await folder.writeHistory(history);
    },
    async epoch(record, epochs) {
      history.push(record);
      say.epoch(record, epochs, history);
      await folder.writeHistory(history);
    },
  };
}
