import { BlockList, isIP } from "node:net";
import { InvalidArgumentError } from "@covidxr/core";
import { basicAuthorization, hideCredentials } from "./addresses.js";

/** An HTTP proxy. */
export interface ProxyServer {
  /** Its origin, without user name and password. */
  readonly url: string;
  /** Value of `Proxy-Authorization`; undefined without credentials. */
  readonly authorization: string | undefined;
}

/** Environment variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an address: `proxy` for all of them, or what the environment says: `HTTPS_PROXY` or `HTTP_PROXY` by the
 * address' scheme, then `ALL_PROXY`, in lower case first, and none for hosts in `NO_PROXY` (`*`, a host and its subdomains,
 * an IP address, each with or without a port, or a block of addresses such as `10.0.0.0/8`). Names are not resolved: a
 * block only matches numeric addresses.
 *
 * undici's EnvHttpProxyAgent does not replace this: it lacks ALL_PROXY, and blocks and IPv6 in NO_PROXY, sends https to
 * HTTP_PROXY, and does not say which proxy a failed request went through.
 *
 * @returns undefined for a direct connection.
 * @throws {InvalidArgumentError} (`proxy`, or the variable's name) on a proxy that is not http or https, such as SOCKS.
 */
export function chooseProxy(
  url: URL,
  proxy: string | undefined,
  environment: Environment,
): ProxyServer | undefined {
  if (proxy !== undefined) return parseProxy(proxy, "proxy");
  if (isExcluded(url, variable(environment, "NO_PROXY") ?? "")) return undefined;
  for (const name of [url.protocol === "https:" ? "HTTPS_PROXY" : "HTTP_PROXY", "ALL_PROXY"]) {
    const value = variable(environment, name);
    if (value !== undefined) return parseProxy(value, name);
  }
  return undefined;
}

/** What a proxy's 407 means, depending on whether credentials were sent. */
export function proxyPasswordWords({ url, authorization }: ProxyServer): string {
  return authorization === undefined
    ? `the proxy ${url} asks for a user name and password (407); put them into its address`
    : `the proxy ${url} refuses the user name and password, or does not accept Basic authentication (407); correct them in its address`;
}

function variable(environment: Environment, name: string): string | undefined {
  return [environment[name.toLowerCase()], environment[name]].map((value) => value?.trim()).find(Boolean);
}

function parseProxy(text: string, parameter: string): ProxyServer {
  // Many environments say just `proxy:3128`.
  const address = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    const value = hideCredentials(text);
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an HTTP proxy, such as http://proxy.example:3128, got ${value}; name one (SOCKS is not supported)`,
    });
  }
  return { url: url.origin, authorization: basicAuthorization(url) };
}

function isExcluded(url: URL, list: string): boolean {
  const host = url.hostname.toLowerCase().replace(/^\[|\]$/g, "");
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  return list
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      if (entry === "") return false;
      if (entry === "*") return true;
      if (entry.includes("/")) return isInBlock(host, entry);
      const [, bracketed, plain, wanted] = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
      // An IPv6 address without brackets has no port.
      const name = (bracketed ?? plain ?? entry).replace(/^\*?\./, "");
      if (wanted !== undefined && wanted !== port) return false;
      return host === name || (name !== "" && host.endsWith(`.${name}`));
    });
}

/** Whether a host is an IP address in a CIDR block (RFC 4632, RFC 4291); false for an invalid block. */
function isInBlock(host: string, block: string): boolean {
  const [, network = "", digits = ""] = /^\[?([^\]/]+)\]?\/(\d{1,3})$/.exec(block) ?? [];
  const version = isIP(network);
  const prefix = Number(digits);
  if (version === 0 || isIP(host) === 0 || prefix > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, version === 4 ? "ipv4" : "ipv6");
  return list.check(host, isIP(host) === 4 ? "ipv4" : "ipv6");
}
