import { basicAuthorization, publicUrl, withoutCredentials } from "./addresses.js";
import { AttemptError } from "./attempt-error.js";
import type { Answer, Network } from "./network.js";
import type { Origins } from "./retries.js";

const MOST_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

/**
 * Requests a file from `offset` on and follows redirects: ten at most, to http or https, never from https to http. User
 * name and password of the address only go to its own origin.
 *
 * @returns the answer, and who gave it.
 * @throws {AttemptError} `"redirects"`, and what `Network.get` throws.
 */
export async function requestFile(
  address: string,
  offset: number,
  context: { readonly network: Network; readonly origins: Origins; readonly signal: AbortSignal },
): Promise<{ answer: Answer; origin: string }> {
  const { network, origins, signal } = context;
  const first = new URL(address);
  const authorization = basicAuthorization(first);
  const seen = new Set<string>();
  let url = first;
  for (;;) {
    await origins.ready(url.origin, signal);
    seen.add(withoutCredentials(url).href);
    // Digests are those of the file itself, hence no compression in transit.
    const headers: Record<string, string> = {
      "accept-encoding": "identity",
      accept: "*/*",
      "user-agent": "covidxr",
    };
    if (offset > 0) headers.range = `bytes=${offset}-`;
    if (authorization && url.origin === first.origin) headers.authorization = authorization;
    const answer = await network.get(url, headers, signal);
    origins.answered(url.origin);
    if (!REDIRECTS.includes(answer.status)) return { answer, origin: url.origin };
    answer.end();
    const next = redirectTarget(url, answer.header("location"), answer.status);
    if (seen.has(next.href)) {
      throw redirectError(url, answer.status, `redirected in a loop through ${publicUrl(next)}`);
    }
    if (seen.size > MOST_REDIRECTS) {
      const message = `redirected more than ${MOST_REDIRECTS} times, last to ${publicUrl(next)}`;
      throw redirectError(url, answer.status, message);
    }
    url = next;
  }
}

/**
 * The target of a redirect, without user name and password.
 *
 * @throws {AttemptError} `"redirects"` without an address, or with one that is not accepted.
 */
export function redirectTarget(from: URL, location: string | undefined, status: number): URL {
  if (location === undefined || !URL.canParse(location, from)) {
    throw redirectError(from, status, `redirected (${status}) without an address`);
  }
  const next = withoutCredentials(new URL(location, from));
  if (!["http:", "https:"].includes(next.protocol)) {
    throw redirectError(from, status, `redirected to ${next.protocol} where http or https was expected`);
  }
  if (from.protocol === "https:" && next.protocol === "http:") {
    const message = `redirected from https to http (${publicUrl(next)}), which is not followed`;
    throw redirectError(from, status, message);
  }
  return next;
}

function redirectError(from: URL, status: number, message: string): AttemptError {
  return new AttemptError({ reason: "redirects", origin: from.origin, status, final: true, message });
}
