import { formatBytes, formatDuration } from "@covidxr/core/internal";
import { Presets, SingleBar } from "cli-progress";

/** Without a terminal a line is printed at most this often. */
const LINE_EVERY_MS = 10_000;

/** Columns of a bar: what the rest of its line leaves, within these. */
const BAR_COLUMNS = { least: 8, most: 40, besides: 72 } as const;

/** How far a step is. */
export interface Advance {
  readonly done: number;
  readonly total: number;
  readonly fromCache?: number;
  /** Shown after the count, such as `"12/303 files"`. */
  readonly note?: string;
}

/** A pause that is out of the step's hands. */
export interface Pause {
  readonly wait: {
    readonly cause: string;
    /** NaN where nobody can know. */
    readonly seconds: number;
  };
}

/** What a step that is shown calls. */
export type OnProgress = (progress: Advance | Pause) => void;

/** Runs a long step with its progress shown. */
export async function showStage<T>(
  label: string,
  unit: string,
  display: Display,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const progress = showProgress(label, unit, display);
  try {
    return await work((now) => {
      if ("wait" in now) progress.pause(now.wait);
      else
        progress.update(
          now.done,
          now.total,
          now.note ?? (now.fromCache ? `${now.fromCache} from cache` : ""),
        );
    });
  } finally {
    progress.finish();
  }
}

/** Shows how far a long step is. */
export interface Progress {
  /** @param note Shown after the count, such as `"12 from cache"`. */
  update(done: number, total: number, note?: string): void;
  /** Says why nothing moves: on the bar while it lasts, elsewhere as a line at once. */
  pause(wait: Pause["wait"]): void;
  /** Ends the display and says how long the step took and at what rate; silent where no byte was transferred. */
  finish(): void;
}

/** Where progress is shown. */
export interface Display {
  /** Milliseconds. */
  readonly clock: () => number;
  /** Writes a line. */
  readonly print: (line: string) => void;
  /** A terminal, whose last line can be written over. */
  readonly terminal: (NodeJS.WriteStream & { readonly isTTY: true }) | undefined;
}

/**
 * Progress of `unit`s under a label: a bar in a terminal, elsewhere a line now and then.
 *
 * @param unit What is counted, in the plural. `bytes` are shown as megabytes, with the time left; their rate leaves
 * out what was there at first.
 */
export function showProgress(label: string, unit: string, display: Display): Progress {
  const { clock, print, terminal } = display;
  const isBytes = unit === "bytes";
  const amount = (count: number): string => (isBytes ? formatBytes(count) : `${count}`);
  const begun = clock();
  let bar: SingleBar | undefined;
  let last: { done: number; total: number; note: string } | undefined;
  // Neither bytes that an earlier attempt left count for the rate, nor waiting for another process.
  let start = { time: begun, done: 0 };
  let lastLine = begun;
  let pause: { readonly words: string; readonly until: number } | undefined;
  let told: { readonly cause: string; readonly time: number } | undefined;

  const gained = (): number => (last?.done ?? 0) - start.done;
  const seconds = (): number => (clock() - start.time) / 1000;
  const rate = (): string => {
    if (seconds() <= 0) return "";
    const each = gained() / seconds();
    return isBytes ? `${formatBytes(each)}/s` : `${each.toFixed(1)} ${unit}/s`;
  };
  const left = (): string => {
    if (!isBytes || !last || gained() <= 0 || last.done >= last.total) return "";
    return `${formatDuration(((last.total - last.done) * seconds()) / gained())} left`;
  };
  const shown = (): string => `${amount(last?.done ?? 0)}/${amount(last?.total ?? 0)}`;
  const texts = (...parts: string[]): string => parts.filter(Boolean).join(", ");
  const payload = () => {
    const note = pause?.words ?? texts(last?.note ?? "", left());
    return { shown: shown(), rate: rate(), note };
  };
  const openBar = (): SingleBar => {
    const columns = terminal?.columns ?? 80;
    const { least, most, besides } = BAR_COLUMNS;
    const opened = new SingleBar(
      {
        format: `${label} {bar} {shown} {rate} {note}`,
        barsize: Math.min(most, Math.max(least, columns - besides)),
        hideCursor: true,
        clearOnComplete: true,
        ...(terminal && { stream: terminal }),
      },
      Presets.shades_classic,
    );
    opened.start(last?.total ?? 0, 0, payload());
    return opened;
  };
  return {
    update(done, total, note = "") {
      const isFirst = last === undefined;
      last = { done, total, note };
      if (isFirst && isBytes) start = { time: clock(), done };
      if (pause && clock() >= pause.until) pause = undefined;
      if (terminal) {
        bar ??= openBar();
        bar.setTotal(total);
        bar.update(done, payload());
      } else if (!isFirst && done < total && clock() - lastLine >= LINE_EVERY_MS) {
        print(texts(`${label}: ${shown()}`, rate(), note, left()));
        lastLine = clock();
      }
    },
    pause({ cause, seconds: length }) {
      const isOpen = Number.isNaN(length);
      const words = `${cause}, waiting${isOpen ? "" : ` ${formatDuration(length)}`}`;
      pause = { words, until: isOpen ? 0 : clock() + length * 1000 };
      if (bar) bar.update(payload());
      // Eight transfers that wait for one server are one line.
      else if (told?.cause !== cause || clock() - told.time >= LINE_EVERY_MS) {
        print(`${label}: ${words}`);
        told = { cause, time: clock() };
      }
    },
    finish() {
      bar?.stop();
      if (!last || (isBytes && gained() <= 0)) return;
      print(texts(`${label}: ${shown()}`, rate(), last.note, `${((clock() - begun) / 1000).toFixed(1)} s`));
    },
  };
}
