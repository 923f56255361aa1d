import { Presets, SingleBar } from "cli-progress";

/** Without a terminal a line is printed at most this often. */
const LINE_EVERY_MS = 10_000;

/** Shows how far a long step is. */
export interface Progress {
  /** @param note Shown behind the count, such as `"12 from cache"`. */
  update(done: number, total: number, note?: string): void;
  /** Ends the display and says how long the step took and at what rate. */
  finish(): void;
}

/**
 * Progress of `unit`s under a label: a bar in a terminal, elsewhere a line now and then.
 *
 * @param clock Milliseconds.
 */
export function showProgress(label: string, unit: string, clock = () => performance.now()): Progress {
  const start = clock();
  const bar = process.stdout.isTTY
    ? new SingleBar(
        { format: `${label} {bar} {value}/{total} {rate} {note}`, hideCursor: true, clearOnComplete: true },
        Presets.shades_classic,
      )
    : undefined;
  let started = false;
  let lastLine = start;
  let last = { done: 0, total: 0, note: "" };
  const rate = (): string => {
    const seconds = (clock() - start) / 1000;
    return seconds > 0 ? `${(last.done / seconds).toFixed(1)} ${unit}/s` : "";
  };
  const line = (): string =>
    [`${label}: ${last.done}/${last.total}`, rate(), last.note].filter(Boolean).join(", ");
  return {
    update(done, total, note = "") {
      last = { done, total, note };
      if (bar) {
        if (!started) bar.start(total, 0, { rate: "", note });
        bar.update(done, { rate: rate(), note });
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
