import { STATUS_CODES } from "node:http";
import type { Dispatcher } from "undici";
import { AttemptFault } from "./attempt-fault.js";
import type { ProxyServer } from "./choose-proxy.js";
import { connectionWords } from "./connection-words.js";
import { printable } from "./printable.js";
import { proxyPasswordWords } from "./proxy-password-words.js";

/** A server's answer, whose body is still coming. */
export interface Answer {
  readonly status: number;
  /** Status with its name, such as `"404 Not Found"`. */
  readonly statusText: string;
  /** The proxy that it came by; undefined without one. */
  readonly proxy: ProxyServer | undefined;
  /** A header by its lower-case name; several are joined by commas. */
  header(name: string): string | undefined;
  /**
   * All bytes that have come since the last call, or the next that come; undefined at the end. Bytes that came before
   * a fault are handed over before it.
   *
   * @throws {AttemptFault} `"cut"` or `"stalled"`.
   */
  take(): Promise<readonly Uint8Array[] | undefined>;
  /** Ends the exchange; to be called in every case. */
  end(): void;
}

/** What is asked, and of whom. */
export interface Exchange {
  readonly dispatcher: Dispatcher;
  /** The server, or the proxy that speaks for it. */
  readonly to: string;
  /** Path with query, or the whole address for a proxy. */
  readonly path: string;
  readonly headers: Record<string, string>;
  /** The server that is meant. */
  readonly origin: string;
  /** The proxy between, for messages; undefined without one. */
  readonly proxy: ProxyServer | undefined;
  readonly stallMilliseconds: number;
  readonly signal: AbortSignal;
}

/** Bytes that may wait to be taken before the server is held back. */
const QUEUE_LIMIT = 1 << 20;

/**
 * One GET. The watch over stalls covers name, connection, headers and body, and rests while this side is busy.
 *
 * @throws {AttemptFault} `"unreachable"`, `"cut"`, `"stalled"`, or `"refused"` by a proxy.
 * @throws the signal's reason.
 */
export function exchange(request: Exchange): Promise<Answer> {
  const { origin, signal } = request;
  const queue: Uint8Array[] = [];
  let queued = 0;
  let controller: Dispatcher.DispatchController | undefined;
  let over: { readonly fault?: unknown } | undefined;
  let answered = false;
  let waiting = false;
  let wake = (): void => {};

  return new Promise((resolve, reject) => {
    const stalled = (): void => {
      // Started again by the next `take`.
      if (answered && !waiting) return;
      const seconds = request.stallMilliseconds / 1000;
      const reason = controller ? "stalled" : "unreachable";
      const message = controller
        ? `nothing came for ${seconds} s`
        : `no answer within ${seconds} s${viaProxy(request)}`;
      finish(new AttemptFault({ reason, origin, message }));
    };
    const watch = setTimeout(stalled, request.stallMilliseconds);
    const abort = (): void => finish(signal.reason ?? new Error("aborted"));
    /** Ends the exchange once, with or without a fault. */
    const finish = (fault?: unknown): void => {
      if (over) return;
      over = fault === undefined ? {} : { fault };
      clearTimeout(watch);
      signal.removeEventListener("abort", abort);
      if (fault !== undefined) controller?.abort(new Error("ended"));
      if (!answered) reject(fault);
      wake();
    };

    if (signal.aborted) {
      abort();
      return;
    }
    signal.addEventListener("abort", abort, { once: true });
    const take: Answer["take"] = async () => {
      if (queue.length === 0 && !over) {
        watch.refresh();
        waiting = true;
        await new Promise<void>((arrived) => {
          wake = arrived;
        });
        waiting = false;
      }
      // Asked to stop, nothing more is to be written.
      if (queue.length > 0 && !signal.aborted) {
        queued = 0;
        const taken = queue.splice(0);
        if (!over) controller?.resume();
        return taken;
      }
      if (over && "fault" in over) throw over.fault;
      return undefined;
    };

    request.dispatcher.dispatch(
      { origin: request.to, path: request.path, method: "GET", headers: request.headers },
      {
        onRequestStart(started) {
          controller = started;
          if (over) started.abort(new Error("ended"));
        },
        onResponseStart(_, status, headers, statusMessage) {
          if (over) return;
          watch.refresh();
          // An early hint or the like: the answer is still to come.
          if (status < 200) return;
          answered = true;
          resolve({
            status,
            statusText: printable(`${status} ${statusMessage || STATUS_CODES[status] || ""}`),
            proxy: request.proxy,
            header: (name) => {
              const value = headers[name];
              return Array.isArray(value) ? value.join(", ") : value;
            },
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
        onResponseEnd() {
          finish();
        },
        onResponseError(_, error) {
          finish(faultOf(error, request, { connected: controller !== undefined, answered }));
        },
      },
    );
  });
}

function viaProxy({ proxy }: Exchange): string {
  return proxy === undefined ? "" : ` (by the proxy ${proxy.url})`;
}

function faultOf(
  cause: Error,
  request: Exchange,
  state: { readonly connected: boolean; readonly answered: boolean },
): AttemptFault {
  const { origin, proxy } = request;
  // undici tells what a proxy answered to CONNECT by its message alone.
  const status = Number(/Proxy response \((\d{3})\)/.exec(cause.message)?.[1]);
  if (proxy !== undefined && !Number.isNaN(status)) {
    if (status >= 500) {
      const message = `the proxy ${proxy.url} cannot reach it (${status} ${STATUS_CODES[status] ?? ""})`;
      return new AttemptFault({ reason: "unreachable", origin, status, message, cause });
    }
    const message =
      status === 407
        ? proxyPasswordWords(proxy)
        : `the proxy ${proxy.url} refuses it (${status} ${STATUS_CODES[status] ?? ""})`;
    return new AttemptFault({ reason: "refused", origin, status, final: true, message, cause });
  }
  const { words, final, isComplete } = connectionWords(cause);
  if (isComplete && !state.answered) {
    const message = `${words}${viaProxy(request)}`;
    return new AttemptFault({ reason: "unreachable", origin, message, cause });
  }
  if (!state.connected) {
    return new AttemptFault({
      reason: "unreachable",
      origin,
      final,
      message: `${words}${viaProxy(request)}`,
      cause,
    });
  }
  const message = state.answered ? `${words} before the end` : `${words} without an answer`;
  return new AttemptFault({ reason: "cut", origin, message, cause });
}
