import type { DownloadProgress } from "./download-options.js";

const INTERVAL = 100;

/** Counts what is on disk and tells of it ten times a second at most. */
export interface ProgressMeter {
  /** Bytes that are there of the file at a place in the list. */
  set(index: number, bytes: number): void;
  /** The length of a file that the list does not know, as often as it changes. */
  setLength(index: number, bytes: number): void;
  /** A file is whole and verified. */
  fileDone(): void;
  readonly done: number;
  readonly total: number;
  /** Tells of the last state and stops. */
  end(): void;
}

/**
 * Opens a meter.
 *
 * @param start What is there at first; `held` by place in the list, of files that are not whole.
 * @param report Called at once, then every 100 ms while there are changes, and at the end.
 * @param onError Called with what `report` throws.
 */
export function openProgressMeter(
  start: {
    readonly total: number;
    readonly files: number;
    readonly present: number;
    readonly presentBytes: number;
    readonly held: ReadonlyMap<number, number>;
  },
  report: ((progress: DownloadProgress) => void) | undefined,
  onError: (error: unknown) => void,
): ProgressMeter {
  const held = new Map(start.held);
  const lengths = new Map<number, number>();
  let total = start.total;
  let done = start.presentBytes;
  for (const bytes of held.values()) done += bytes;
  let filesDone = start.present;
  let isQuiet = false;
  let hasChanged = false;
  let timer: NodeJS.Timeout | undefined;

  const tell = (): void => {
    hasChanged = false;
    try {
      report?.({ done, total, filesDone, files: start.files });
    } catch (error) {
      onError(error);
    }
  };
  const changed = (): void => {
    hasChanged = true;
    if (isQuiet || !report) return;
    tell();
    isQuiet = true;
    timer = setTimeout(() => {
      isQuiet = false;
      if (hasChanged) changed();
    }, INTERVAL);
    timer.unref();
  };
  changed();
  return {
    get done() {
      return done;
    },
    get total() {
      return total;
    },
    setLength(index, bytes) {
      total += bytes - (lengths.get(index) ?? start.held.get(index) ?? 0);
      lengths.set(index, bytes);
      changed();
    },
    set(index, bytes) {
      done += bytes - (held.get(index) ?? 0);
      held.set(index, bytes);
      changed();
    },
    fileDone() {
      filesDone++;
      changed();
    },
    end() {
      clearTimeout(timer);
      isQuiet = true;
      tell();
    },
  };
}
