import { Presets, SingleBar } from "cli-progress";
import { formatBytes } from "./format.js";

/** Without a terminal a line is printed at most this often. */
const LINE_EVERY_MS = 10_000;

/** Shows how far a long step is. */
export interface Progress {
  /** @param note Shown behind the count, such as `"12 from cache"`. */
  update(done: number, total: number, note?: string): void;
  /** Ends the display and says how long the step took and at what rate. */
  finish(): void;
}

/** What a step that is shown calls. */
export type OnProgress = (progress: {
  readonly done: number;
  readonly total: number;
  readonly fromCache?: number;
  readonly note?: string;
}) => void;

/** Runs a long step with its progress shown. */
export async function showStage<T>(
  label: string,
  unit: string,
  work: (onProgress: OnProgress) => Promise<T>,
): Promise<T> {
  const progress = showProgress(label, unit);
  try {
    return await work(({ done, total, fromCache, note }) =>
      progress.update(done, total, note ?? (fromCache ? `${fromCache} from cache` : "")),
    );
  } finally {
    progress.finish();
  }
}

/**
 * Progress of `unit`s under a label: a bar in a terminal, elsewhere a line now and then.
 *
 * @param unit What is counted, in the plural; `bytes` are shown as megabytes.
 * @param clock Milliseconds.
 */
export function showProgress(label: string, unit: string, clock = () => performance.now()): Progress {
  const start = clock();
  const amount = (count: number): string => (unit === "bytes" ? formatBytes(count) : `${count}`);
  const bar = process.stdout.isTTY
    ? new SingleBar(
        { format: `${label} {bar} {shown} {rate} {note}`, hideCursor: true, clearOnComplete: true },
        Presets.shades_classic,
      )
    : undefined;
  let started = false;
  // Bytes that an earlier attempt left were not brought by this one.
  let first = 0;
  let lastLine = start;
  let last = { done: 0, total: 0, note: "" };
  const rate = (): string => {
    const seconds = (clock() - start) / 1000;
    if (seconds <= 0) return "";
    const gained = (last.done - first) / seconds;
    return unit === "bytes" ? `${formatBytes(gained)}/s` : `${gained.toFixed(1)} ${unit}/s`;
  };
  const shown = (): string => `${amount(last.done)}/${amount(last.total)}`;
  const line = (): string => [`${label}: ${shown()}`, rate(), last.note].filter(Boolean).join(", ");
  return {
    update(done, total, note = "") {
      last = { done, total, note };
      if (!started && unit === "bytes") first = done;
      if (bar) {
        if (!started) bar.start(total, 0, { shown: shown(), rate: "", note });
        bar.update(done, { shown: shown(), rate: rate(), note });
      } else if (started && done < total && clock() - lastLine >= LINE_EVERY_MS) {
        console.log(line());
        lastLine = clock();
      }
      started = true;
    },
    finish() {
      bar?.stop();
      if (started) console.log(`${line()}, ${((clock() - start) / 1000).toFixed(1)} s`);
    },
  };
}
