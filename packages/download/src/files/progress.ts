import type { DownloadProgress, PublishedFile } from "../options.js";
import { clock } from "../transport/clock.js";
import type { MissingFile } from "./survey-files.js";

const INTERVAL = 100;

/** Sizes of a download; a file of unknown length counts with what is there of it. */
export function sizesOf(files: readonly PublishedFile[], missing: readonly MissingFile[]) {
  const sum = <T>(items: readonly T[], bytes: (item: T) => number) =>
    items.reduce((total, item) => total + bytes(item), 0);
  const total =
    sum(files, ({ bytes = 0 }) => bytes) +
    sum(missing, ({ file, held }) => (file.bytes === undefined ? held : 0));
  const open = sum(missing, ({ file, held }) => (file.bytes ?? held) - held);
  return { total, missing: open };
}

/** Counts what is on disk and reports it ten times a second at most. */
export class ProgressMeter {
  total: number;
  done: number;
  #filesDone: number;
  readonly #files: number;
  /** Bytes of files that are not complete, by place in the list. */
  readonly #held: Map<number, number>;
  /** Lengths that the list does not state. */
  readonly #lengths: Map<number, number>;
  readonly #report: ((progress: DownloadProgress) => void) | undefined;
  readonly #onError: (error: unknown) => void;
  #alarm: { stop(): void } | undefined;
  #hasChanged = false;

  /**
   * Reports at once, then every 100 ms while there are changes, and at the end.
   *
   * @param onError Called with what `report` throws.
   */
  constructor(
    files: readonly PublishedFile[],
    missing: readonly MissingFile[],
    report: ((progress: DownloadProgress) => void) | undefined,
    onError: (error: unknown) => void,
  ) {
    const sizes = sizesOf(files, missing);
    this.total = sizes.total;
    this.done = sizes.total - sizes.missing;
    this.#files = files.length;
    this.#filesDone = files.length - missing.length;
    this.#held = new Map(missing.map(({ index, held }) => [index, held]));
    this.#lengths = new Map(this.#held);
    this.#report = report;
    this.#onError = onError;
    this.#change();
  }

  /** Bytes still to come. */
  get missing(): number {
    return Math.max(0, this.total - this.done);
  }

  /** Sets the bytes that are there of a file. */
  set(index: number, bytes: number): void {
    this.done += bytes - (this.#held.get(index) ?? 0);
    this.#held.set(index, bytes);
    this.#change();
  }

  /** Sets the length of a file that the list does not state, as often as it changes. */
  setLength(index: number, bytes: number): void {
    this.total += bytes - (this.#lengths.get(index) ?? 0);
    this.#lengths.set(index, bytes);
    this.#change();
  }

  /** Counts a file that is complete and verified. */
  fileDone(): void {
    this.#filesDone++;
    this.#change();
  }

  /** Reports the final state and stops. */
  end(): void {
    this.#alarm?.stop();
    this.#alarm = { stop: () => {} };
    this.#tell();
  }

  #change(): void {
    this.#hasChanged = true;
    if (this.#alarm || !this.#report) return;
    this.#alarm = clock.alarm(INTERVAL, () => {
      this.#alarm = undefined;
      if (this.#hasChanged) this.#change();
    });
    this.#tell();
  }

  #tell(): void {
    this.#hasChanged = false;
    try {
      this.#report?.({
        done: this.done,
        total: this.total,
        filesDone: this.#filesDone,
        files: this.#files,
      });
    } catch (error) {
      this.#onError(error);
    }
  }
}
