import type { Dispatcher } from "undici";
import { chooseProxy, type Environment } from "./choose-proxy.js";
import { type Answer, exchange } from "./exchange.js";

/** Sockets of one download. */
export interface Network {
  /** Asks one address once; see {@link exchange}. */
  get(url: URL, headers: Record<string, string>, signal: AbortSignal): Promise<Answer>;
  /** Ends every socket, also those in use. */
  close(): Promise<void>;
}

export interface NetworkSettings {
  readonly proxy: string | undefined;
  readonly environment: Environment;
  readonly stallMilliseconds: number;
}

/**
 * Loads undici, which opens no socket yet. Behind a proxy, http goes as an absolute address and https through a
 * tunnel, as proxies expect: many allow tunnels to port 443 alone.
 */
export async function openNetwork(settings: NetworkSettings): Promise<Network> {
  const { Agent, ProxyAgent } = await import("undici");
  const { stallMilliseconds } = settings;
  // The exchange keeps watch itself; undici's own timers would end it with other words.
  const timing = { headersTimeout: 0, bodyTimeout: 0 };
  const connect = { timeout: stallMilliseconds + 1000 };
  const direct = new Agent({ ...timing, connect });
  const tunnels = new Map<string, Dispatcher>();

  return {
    get(url, headers, signal) {
      const proxy = chooseProxy(url, settings.proxy, settings.environment);
      const target = `${url.pathname}${url.search}`;
      const shared = { origin: url.origin, proxy, stallMilliseconds, signal };
      if (proxy === undefined) {
        return exchange({ ...shared, dispatcher: direct, to: url.origin, path: target, headers });
      }
      const { authorization } = proxy;
      if (url.protocol === "http:") {
        return exchange({
          ...shared,
          dispatcher: direct,
          to: proxy.url,
          path: `${url.origin}${target}`,
          headers: {
            ...headers,
            host: url.host,
            ...(authorization ? { "proxy-authorization": authorization } : {}),
          },
        });
      }
      const key = `${proxy.url} ${authorization ?? ""}`;
      let tunnel = tunnels.get(key);
      if (!tunnel) {
        tunnel = new ProxyAgent({
          ...timing,
          uri: proxy.url,
          ...(authorization ? { token: authorization } : {}),
          requestTls: connect,
          proxyTls: connect,
        });
        tunnels.set(key, tunnel);
      }
      return exchange({ ...shared, dispatcher: tunnel, to: url.origin, path: target, headers });
    },
    async close() {
      await Promise.all([direct, ...tunnels.values()].map((dispatcher) => dispatcher.destroy()));
    },
  };
}
