import type { Rng } from "@covidxr/core";

const LONGEST = 30;

/**
 * Seconds to wait before an attempt: 1, 2, 4 … 30, each shortened by up to its half, so that clients that failed
 * together do not come back together ("equal jitter": M. Brooker, "Exponential backoff and jitter", AWS, 2015).
 *
 * @param failures Attempts in a row that brought nothing; 0 counts as 1.
 */
export function backoffSeconds(failures: number, rng: Rng): number {
  const longest = Math.min(LONGEST, 2 ** (Math.max(1, failures) - 1));
  return longest * (0.5 + 0.5 * rng.uniform());
}
