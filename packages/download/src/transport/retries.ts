import type { Rng } from "@covidxr/core";
import { untilAborted } from "./clock.js";

const LONGEST_BACKOFF = 30;

/**
 * Seconds to wait before an attempt: 1, 2, 4 … 30, each shortened by up to half, so that clients that failed together do
 * not return together ("equal jitter": M. Brooker, "Exponential backoff and jitter", AWS, 2015).
 *
 * @param failures Consecutive attempts that brought nothing; 0 counts as 1.
 */
export function backoffSeconds(failures: number, rng: Rng): number {
  const longest = Math.min(LONGEST_BACKOFF, 2 ** (Math.max(1, failures) - 1));
  return longest * (0.5 + 0.5 * rng.uniform());
}

/**
 * Seconds that a `Retry-After` header asks to wait (RFC 9110, 10.2.3): a number, or a date, which is compared with the
 * answer's own `Date`, so that a wrong clock on this side does not matter.
 *
 * @returns 0 or more; undefined without a header, with an invalid one, or with a date and no `Date`.
 */
export function retryAfter(header: string | undefined, date: string | undefined): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  // Date.parse accepts more than dates: it reads "-5" as a year.
  if (!/^[A-Z][a-z]/.test(text)) return undefined;
  const seconds = (Date.parse(text) - Date.parse(date ?? "")) / 1000;
  return Number.isNaN(seconds) ? undefined : Math.max(0, seconds);
}

/** What one download knows about its servers, shared by its files. */
export class Origins {
  readonly #wait: (milliseconds: number) => Promise<void>;
  readonly #answered = new Set<string>();
  readonly #deliveries = new Map<string, number>();
  readonly #pauses = new Map<string, { readonly seconds: number; readonly over: Promise<void> }>();

  constructor(wait: (milliseconds: number) => Promise<void>) {
    this.#wait = wait;
  }

  /** Notes that a server answered, whatever it said. */
  answered(origin: string): void {
    this.#answered.add(origin);
  }

  hasAnswered(origin: string): boolean {
    return this.#answered.has(origin);
  }

  /** Notes that a server delivered a file. */
  delivered(origin: string): void {
    this.#deliveries.set(origin, this.deliveries(origin) + 1);
  }

  deliveries(origin: string): number {
    return this.#deliveries.get(origin) ?? 0;
  }

  /**
   * Makes every file wait for a server.
   *
   * @returns whether this is a new wait, rather than one that another file started.
   */
  pause(origin: string, seconds: number): boolean {
    const earlier = this.#pauses.get(origin);
    // Answers to concurrent requests ask for the same wait.
    if (earlier && earlier.seconds >= seconds) return false;
    const over = Promise.all([earlier?.over, this.#wait(seconds * 1000)]).then(() => {
      if (this.#pauses.get(origin) === pause) this.#pauses.delete(origin);
    });
    const pause = { seconds, over };
    // Whoever waits learns of a failure through `ready`.
    over.catch(() => {});
    this.#pauses.set(origin, pause);
    return true;
  }

  /** Resolves once a server may be asked. */
  async ready(origin: string, signal: AbortSignal): Promise<void> {
    for (let pause = this.#pauses.get(origin); pause; pause = this.#pauses.get(origin)) {
      await untilAborted(pause.over, signal);
    }
  }
}
