import { untilAborted } from "./until-aborted.js";

/** What is known about the servers of one download, shared by its files. */
export interface Origins {
  /** Notes that a server answered, whatever it said. */
  answered(origin: string): void;
  hasAnswered(origin: string): boolean;
  /** Notes that a server delivered a file. */
  delivered(origin: string): void;
  /** Files that a server has delivered. */
  deliveries(origin: string): number;
  /**
   * Lets every file wait for a server.
   *
   * @returns whether this is a new wait, rather than one that another file began.
   */
  pause(origin: string, seconds: number): boolean;
  /** Waits until a server may be asked. */
  ready(origin: string, signal: AbortSignal): Promise<void>;
}

/** Opens the record of one download. */
export function openOrigins(wait: (milliseconds: number) => Promise<void>): Origins {
  const answered = new Set<string>();
  const deliveries = new Map<string, number>();
  const pauses = new Map<string, { readonly seconds: number; readonly over: Promise<void> }>();
  return {
    answered: (origin) => answered.add(origin),
    hasAnswered: (origin) => answered.has(origin),
    delivered: (origin) => deliveries.set(origin, (deliveries.get(origin) ?? 0) + 1),
    deliveries: (origin) => deliveries.get(origin) ?? 0,
    pause(origin, seconds) {
      const earlier = pauses.get(origin);
      // Answers to requests that were under way together ask for the same wait.
      if (earlier && earlier.seconds >= seconds) return false;
      const over = Promise.all([earlier?.over, wait(seconds * 1000)]).then(() => {
        if (pauses.get(origin) === pause) pauses.delete(origin);
      });
      const pause = { seconds, over };
      // Whoever waits learns of a failure by `ready`.
      over.catch(() => {});
      pauses.set(origin, pause);
      return true;
    },
    async ready(origin, signal) {
      for (let pause = pauses.get(origin); pause; pause = pauses.get(origin)) {
        await untilAborted(pause.over, signal);
      }
    },
  };
}
