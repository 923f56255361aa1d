import { isCovidxrError } from "@covidxr/core";
import { createRun, type RunRecord, type RunWriter, resumeRun } from "@covidxr/report";
import type { EpochRecord } from "@covidxr/training";
import type { Settings } from "../settings/declarations.js";
import type { Network } from "../settings/place.js";
import type { ProgramPlace } from "../settings/read-settings.js";
import { Printer } from "./printer.js";
import { type OnProgress, showStage } from "./progress.js";
import { startStopwatch } from "./stopwatch.js";

/** What is told of a run besides what is printed. */
export interface RunEvents {
  /** How far a stage is. */
  readonly onStage?: (stage: string, done: number, total: number) => void;
  /** After each epoch. */
  readonly onEpoch?: (epoch: EpochRecord, epochs: number) => void;
}

/** How a run is opened. */
export interface OpenRunOptions<Own extends Partial<Settings>> {
  readonly program: string;
  /** What the run leaves. */
  readonly kind: RunRecord["kind"];
  readonly settings: Own;
  readonly place: ProgramPlace;
  readonly network: Network;
  /** Folder of the run. */
  readonly output: string;
  readonly resume: boolean;
  readonly now: Date;
  /** Where to print. @defaultValue nowhere */
  readonly say?: Printer;
  readonly events?: RunEvents;
  readonly signal?: AbortSignal;
}

/**
 * One run of a program: its settings, its folder, what it prints, and how long its stages took. Every step of a study takes
 * it.
 */
export class Run<out Own extends Partial<Settings> = Settings> {
  readonly settings: Own;
  readonly place: ProgramPlace;
  readonly network: Network;
  readonly signal: AbortSignal;
  readonly say: Printer;
  readonly #events: RunEvents;
  readonly #watch: ReturnType<typeof startStopwatch>;
  readonly #history: EpochRecord[] = [];

  private constructor(
    readonly folder: RunWriter,
    options: OpenRunOptions<Own>,
  ) {
    const { settings, place, network, say = new Printer(() => {}), events = {} } = options;
    this.settings = settings;
    this.place = place;
    this.network = network;
    this.say = say;
    this.signal = options.signal ?? new AbortController().signal;
    this.#events = events;
    this.#watch = startStopwatch(folder.record.seconds);
  }

  /** @throws {FileError} when the folder cannot be written, or there is no run to resume. */
  static async open<Own extends Partial<Settings>>(options: OpenRunOptions<Own>): Promise<Run<Own>> {
    const { program, kind, settings, place, output, resume, now } = options;
    const folder = resume
      ? await resumeRun(output, { now, place })
      : await createRun(output, { program, kind, settings, place, now });
    return new Run(folder, options);
  }

  /** Seconds of each stage and since the start, with those of the run's earlier processes. */
  seconds(): Readonly<Record<string, number>> {
    return this.#watch.seconds();
  }

  /** Runs one long step with its progress shown and its time taken. */
  async stage<T>(
    name: string,
    label: string,
    unit: string,
    work: (onProgress: OnProgress) => Promise<T>,
  ): Promise<T> {
    const end = this.#watch.start(name);
    try {
      return await showStage(label, unit, this.say.display, (show) =>
        work((now) => {
          show(now);
          if (!("wait" in now)) this.#events.onStage?.(name, now.done, now.total);
        }),
      );
    } finally {
      end();
    }
  }

  /** Takes over the epochs that were trained before the run stopped. */
  async resumeAt(earlier: readonly EpochRecord[], damaged: readonly string[]): Promise<void> {
    this.#history.push(...earlier);
    this.say.resumption(earlier.length, damaged);
    await this.folder.writeHistory(this.#history);
  }

  /** Keeps and prints one of `epochs` epochs. */
  async epoch(record: EpochRecord, epochs: number): Promise<void> {
    this.#history.push(record);
    await this.folder.writeHistory(this.#history);
    // A process that is killed leaves its times, too.
    await this.folder.update({ seconds: this.seconds() });
    this.say.epoch(record, epochs, this.#history);
    this.#events.onEpoch?.(record, epochs);
  }

  /** Notes an error that ended the run. */
  async fail(error: unknown): Promise<void> {
    const interrupted = isCovidxrError(error) && error.kind === "interrupted";
    const status = interrupted ? "interrupted" : "failed";
    await this.folder.fail(status, (error as Error).message, { seconds: this.seconds() });
  }
}
