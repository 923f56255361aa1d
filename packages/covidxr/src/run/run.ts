import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { FileError, isCovidxrError } from "@covidxr/core";
import {
  diskError,
  type FolderLock,
  inUse,
  sweepTemporaryFiles,
  takeLock,
} from "@covidxr/core/files-internal";
import { hidePasswords } from "@covidxr/core/internal";
import { createRun, type RunRecord, type RunWriter, readRunRecord, resumeRun } from "@covidxr/report";
import type { EpochRecord } from "@covidxr/training";
import type { Settings } from "../settings/declarations.js";
import type { Network } from "../settings/place.js";
import { sealPlace } from "../settings/place-seal.js";
import type { ProgramPlace } from "../settings/read-settings.js";
import { Printer } from "./printer.js";
import { type OnProgress, showStage } from "./progress.js";
import { startStopwatch } from "./stopwatch.js";

/** Name of the lock of a run's folder. */
export const RUN_LOCK = ".covidxr-run.lock";

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
    readonly lock: FolderLock,
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

  /**
   * Opens a run in a folder that no other process writes to, does its work, and notes there how it ended.
   *
   * @throws {FileError} when the folder cannot be written, or there is no run to resume; `"in-use"` when a run is at work there.
   */
  static async perform<Own extends Partial<Settings>, Result>(
    options: OpenRunOptions<Own>,
    work: (run: Run<Own>) => Promise<Result>,
  ): Promise<Result> {
    const run = await Run.open(options);
    try {
      return await work(run);
    } catch (error) {
      await run.fail(error);
      throw error;
    } finally {
      run.lock.release();
    }
  }

  /** As {@link perform}, for who ends the run and releases its lock himself. */
  static async open<Own extends Partial<Settings>>(options: OpenRunOptions<Own>): Promise<Run<Own>> {
    const { program, kind, settings, place, output, resume, now } = options;
    const lock = await lockRun(output, program);
    try {
      const sealed = await sealPlace(place);
      if (resume) requireStarted(output, (await readRunRecord(output)).settings, settings);
      const folder = resume
        ? await resumeRun(output, { now, place: sealed })
        : await createRun(output, { program, kind, settings, place: sealed, now });
      return new Run(folder, lock, options);
    } catch (error) {
      lock.release();
      throw error;
    }
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
    this.lock.assertHeld();
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
    this.lock.assertHeld();
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
    await this.folder.fail(status, hidePasswords((error as Error).message), { seconds: this.seconds() });
  }
}

/** Takes a run's folder, and removes what killed processes left half written. */
async function lockRun(folder: string, program: string): Promise<FolderLock> {
  await mkdir(folder, { recursive: true }).catch((cause) => Promise.reject(diskError(folder, cause)));
  const path = join(folder, RUN_LOCK);
  const taken = takeLock(path, { command: `covidxr ${program}` });
  if (!("release" in taken)) throw inUse(folder, path, taken);
  await sweepTemporaryFiles(folder, { recursive: true });
  return taken;
}

/**
 * Asserts that a resumed run does what its record says, which is what a reader of the folder will believe.
 *
 * @throws {FileError} `"corrupt"` on a setting that is recorded otherwise, or on one side alone.
 */
function requireStarted(folder: string, recorded: Readonly<Record<string, unknown>>, settings: object): void {
  const own: Readonly<Record<string, unknown>> = JSON.parse(JSON.stringify(settings));
  for (const name of Object.keys({ ...own, ...recorded })) {
    const [ours, theirs] = [JSON.stringify(own[name]), JSON.stringify(recorded[name])];
    if (ours === theirs) continue;
    throw new FileError({
      path: join(folder, "run.json"),
      reason: "corrupt",
      message:
        `"settings.${name}": expected ${ours ?? "nothing"}, got ${theirs ?? "nothing"}; ` +
        "put back what the run was started with, or start a new one without --resume",
    });
  }
}
