import { AttemptFault } from "./attempt-fault.js";
import { basicAuthorization } from "./basic-authorization.js";
import type { Answer } from "./exchange.js";
import type { Network } from "./open-network.js";
import type { Origins } from "./origins.js";
import { publicUrl } from "./public-url.js";
import { withoutCredentials } from "./without-credentials.js";

const MOST_REDIRECTS = 10;
const REDIRECTS = [301, 302, 303, 307, 308];

/** An answer, and who gave it. */
export interface FileAnswer {
  readonly answer: Answer;
  readonly origin: string;
}

/**
 * Asks for a file from `offset` on and follows redirects: ten at most, to http or https, never from https to http.
 * User name and password of the address go to its own origin alone.
 *
 * @throws {AttemptFault} `"redirects"`, and what `Network.get` throws.
 */
export async function requestFile(
  address: string,
  offset: number,
  context: { readonly network: Network; readonly origins: Origins; readonly signal: AbortSignal },
): Promise<FileAnswer> {
  const { network, origins, signal } = context;
  const first = new URL(address);
  const authorization = basicAuthorization(first);
  const seen = new Set<string>();
  let url = first;
  for (;;) {
    await origins.ready(url.origin, signal);
    seen.add(withoutCredentials(url).href);
    // Digests are of the file itself, hence no compression on the way.
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
    const fault = seen.has(next.href)
      ? `redirected in a loop by way of ${publicUrl(next)}`
      : seen.size > MOST_REDIRECTS
        ? `redirected more than ${MOST_REDIRECTS} times, last to ${publicUrl(next)}`
        : undefined;
    if (fault) throw redirectFault(url, answer.status, fault);
    url = next;
  }
}

/**
 * Where a redirect leads, without user name and password.
 *
 * @throws {AttemptFault} `"redirects"` without an address, or with one that is not accepted.
 */
export function redirectTarget(from: URL, location: string | undefined, status: number): URL {
  if (location === undefined || !URL.canParse(location, from)) {
    throw redirectFault(from, status, `redirected (${status}) without an address`);
  }
  const next = withoutCredentials(new URL(location, from));
  if (!["http:", "https:"].includes(next.protocol)) {
    throw redirectFault(from, status, `redirected to ${next.protocol} where http or https was expected`);
  }
  if (from.protocol === "https:" && next.protocol === "http:") {
    const message = `redirected from https to http (${publicUrl(next)}), which is not followed`;
    throw redirectFault(from, status, message);
  }
  return next;
}

function redirectFault(from: URL, status: number, message: string): AttemptFault {
  return new AttemptFault({ reason: "redirects", origin: from.origin, status, final: true, message });
}
