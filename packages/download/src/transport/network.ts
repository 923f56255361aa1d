import { STATUS_CODES } from "node:http";
import type { Dispatcher } from "undici";
import { AttemptError, connectionWords, printable } from "./attempt-error.js";
import { clock } from "./clock.js";
import { chooseProxy, type Environment, type ProxyServer, proxyPasswordWords } from "./proxies.js";

/** A server's answer, whose body is still arriving. */
export interface Answer {
  readonly status: number;
  /** Status with its name, such as `"404 Not Found"`. */
  readonly statusText: string;
  /** The proxy in between; undefined without one. */
  readonly proxy: ProxyServer | undefined;
  /** A header by its lower-case name; repeated ones are joined by commas. */
  header(name: string): string | undefined;
  /**
   * All bytes received since the last call, or the next ones; undefined at the end. Bytes that arrived before an error
   * are delivered before it.
   *
   * @throws {AttemptError} `"cut"` or `"stalled"`.
   */
  take(): Promise<readonly Uint8Array[] | undefined>;
  /** Ends the exchange; call it in every case. */
  end(): void;
}

/** Sockets of one download. */
export interface Network {
  /**
   * One GET. The stall timeout covers name resolution, connection, headers and body; it rests while this side is busy.
   *
   * @throws {AttemptError} `"unreachable"`, `"cut"`, `"stalled"`, or `"refused"` by a proxy.
   * @throws the signal's reason.
   */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer>;
  /** Closes every socket, also those in use. */
  close(): Promise<void>;
}

interface Exchange {
  readonly dispatcher: Dispatcher;
  readonly request: Dispatcher.DispatchOptions;
  /** The server that is meant, and the proxy in between, for messages. */
  readonly origin: string;
  readonly proxy: ProxyServer | undefined;
  readonly stallSeconds: number;
  readonly signal: AbortSignal;
}

/**
 * Loads undici, which opens no socket yet. Through a proxy, http is requested by its whole address and https through a
 * tunnel, as proxies expect: many only allow tunnels to port 443.
 */
export async function openNetwork(settings: {
  readonly proxy: string | undefined;
  readonly env: Environment;
  readonly stallSeconds: number;
}): Promise<Network> {
  // undici is CommonJS: bundlers that split code give such a module its default export alone.
  const { Agent, ProxyAgent } = (await import("undici")).default;
  const { stallSeconds } = settings;
  // undici's own timeouts tick in seconds and do not cover the way to a tunnel.
  const timing = { headersTimeout: 0, bodyTimeout: 0 };
  const connect = { timeout: stallSeconds * 1000 + 1000 };
  const direct = new Agent({ ...timing, connect });
  const tunnels = new Map<string, Dispatcher>();

  function tunnelThrough({ url, authorization: token }: ProxyServer): Dispatcher {
    const key = `${url} ${token}`;
    const open = tunnels.get(key);
    if (open) return open;
    const tls = { requestTls: connect, proxyTls: connect };
    const tunnel = new ProxyAgent({ ...timing, ...tls, uri: url, ...(token ? { token } : {}) });
    tunnels.set(key, tunnel);
    return tunnel;
  }

  return {
    get(url, headers, signal) {
      const proxy = chooseProxy(url, settings.proxy, settings.env);
      const path = `${url.pathname}${url.search}`;
      const isForwarded = proxy !== undefined && url.protocol === "http:";
      return exchange({
        dispatcher: proxy && !isForwarded ? tunnelThrough(proxy) : direct,
        request: isForwarded
          ? {
              method: "GET",
              origin: proxy.url,
              path: `${url.origin}${path}`,
              headers: {
                ...headers,
                host: url.host,
                ...(proxy.authorization ? { "proxy-authorization": proxy.authorization } : {}),
              },
            }
          : { method: "GET", origin: url.origin, path, headers },
        origin: url.origin,
        proxy,
        stallSeconds,
        signal,
      });
    },
    async close() {
      await Promise.all([direct, ...tunnels.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}

/** Bytes that may wait to be taken before the server is slowed down. */
const QUEUE_LIMIT = 1 << 20;

/**
 * undici's own streams drop bytes that are buffered when an error comes; this queue keeps them, so that no byte crosses
 * the network twice.
 */
function exchange(of: Exchange): Promise<Answer> {
  const { origin, signal } = of;
  const queue: Uint8Array[] = [];
  let queued = 0;
  let controller: Dispatcher.DispatchController | undefined;
  let over: { readonly error?: unknown } | undefined;
  let answered = false;
  let waiting = false;
  let wake = (): void => {};

  return new Promise((resolve, reject) => {
    const stalled = (): void => {
      // The next `take` starts it again.
      if (answered && !waiting) return;
      const [reason, message] = controller
        ? (["stalled", `nothing came for ${of.stallSeconds} s`] as const)
        : (["unreachable", `no answer within ${of.stallSeconds} s${viaProxy(of)}`] as const);
      finish(new AttemptError({ reason, origin, message }));
    };
    const alarm = clock.alarm(of.stallSeconds * 1000, stalled);
    const abort = (): void => finish(signal.reason);
    /** Ends the exchange once, with or without an error. */
    const finish = (error?: unknown): void => {
      if (over) return;
      over = error === undefined ? {} : { error };
      alarm.stop();
      signal.removeEventListener("abort", abort);
      if (error !== undefined) controller?.abort(new Error("ended"));
      if (!answered) reject(error);
      wake();
    };
    const take: Answer["take"] = async () => {
      if (queue.length === 0 && !over) {
        alarm.restart();
        waiting = true;
        await new Promise<void>((arrived) => {
          wake = arrived;
        });
        waiting = false;
      }
      // Once aborted, nothing more is written.
      if (queue.length > 0 && !signal.aborted) {
        queued = 0;
        const taken = queue.splice(0);
        if (!over) controller?.resume();
        return taken;
      }
      if (over && "error" in over) throw over.error;
      return undefined;
    };

    if (signal.aborted) return abort();
    signal.addEventListener("abort", abort, { once: true });
    of.dispatcher.dispatch(of.request, {
      onRequestStart(started) {
        controller = started;
        if (over) started.abort(new Error("ended"));
      },
      onResponseStart(_, status, headers, statusMessage) {
        if (over) return;
        alarm.restart();
        // Early hints and the like: the answer is still to come.
        if (status < 200) return;
        answered = true;
        resolve({
          status,
          statusText: printable(`${status} ${statusMessage || STATUS_CODES[status] || ""}`),
          proxy: of.proxy,
          header: (name) => [headers[name] ?? []].flat().join(", ") || undefined,
          take,
          end: () => finish(new Error("ended")),
        });
      },
      onResponseData(_, chunk) {
        if (over) return;
        queue.push(chunk);
        queued += chunk.length;
        if (queued > QUEUE_LIMIT) controller?.pause();
        wake();
      },
      onResponseEnd: () => finish(),
      onResponseError: (_, error) => finish(errorOf(error, of, controller !== undefined, answered)),
    });
  });
}

function viaProxy({ proxy }: Exchange): string {
  return proxy === undefined ? "" : ` (by the proxy ${proxy.url})`;
}

function errorOf(cause: Error, of: Exchange, connected: boolean, answered: boolean): AttemptError {
  const { origin, proxy } = of;
  // Only the message of undici's error says how a proxy answered to CONNECT.
  const status = Number(/Proxy response \((\d{3})\)/.exec(cause.message)?.[1]);
  if (proxy !== undefined && status) {
    const said = `${status} ${STATUS_CODES[status] ?? ""}`;
    if (status >= 500) {
      const message = `the proxy ${proxy.url} cannot reach it (${said})`;
      return new AttemptError({ reason: "unreachable", origin, status, message, cause });
    }
    const message =
      status === 407 ? proxyPasswordWords(proxy) : `the proxy ${proxy.url} refuses it (${said})`;
    return new AttemptError({ reason: "refused", origin, status, final: true, message, cause });
  }
  const { words, final, isComplete } = connectionWords(cause);
  if (!connected || (isComplete && !answered)) {
    const message = `${words}${viaProxy(of)}`;
    return new AttemptError({ reason: "unreachable", origin, final, message, cause });
  }
  const message = `${words} ${answered ? "before the end" : "without an answer"}`;
  return new AttemptError({ reason: "cut", origin, message, cause });
}
