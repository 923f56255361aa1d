import { BlockList, isIP } from "node:net";
import { InvalidArgumentError } from "@covidxr/core";
import { basicAuthorization } from "./basic-authorization.js";
import { hideCredentials } from "./hide-credentials.js";

/** A proxy that speaks http. */
export interface ProxyServer {
  /** Its origin, without user name and password. */
  readonly url: string;
  /** What it wants in `Proxy-Authorization`; undefined without credentials. */
  readonly authorization: string | undefined;
}

/** The environment's variables. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy by which an address is reached. `proxy` is used for all; without it the environment decides:
 * `HTTPS_PROXY` or `HTTP_PROXY` by the address' scheme, else `ALL_PROXY`, in lower case first, and none for hosts that
 * `NO_PROXY` names (`*`, a host or its subdomains, an IP address, each with or without a port, or a block of addresses
 * such as `10.0.0.0/8`). Names are not looked up: a block holds addresses that are written as numbers alone.
 *
 * @returns undefined for a direct connection.
 * @throws {InvalidArgumentError} (`proxy`, or the variable's name) on a proxy that does not speak http, such as SOCKS.
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

function variable(environment: Environment, name: string): string | undefined {
  for (const value of [environment[name.toLowerCase()], environment[name]]) {
    if (value !== undefined && value.trim() !== "") return value.trim();
  }
  return undefined;
}

function parseProxy(text: string, parameter: string): ProxyServer {
  // `proxy:3128` is what many people have in their environment.
  const address = text.includes("://") ? text : `http://${text}`;
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (!url || !["http:", "https:"].includes(url.protocol) || url.hostname === "") {
    const value = hideCredentials(text);
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected a proxy that speaks http, such as http://proxy.example:3128, got ${value}; name such a one (SOCKS is not supported)`,
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

/** Whether a host is an IP address of a block in CIDR notation (RFC 4632, RFC 4291); false for a block that is none. */
function isInBlock(host: string, block: string): boolean {
  const [, network = "", digits = ""] = /^\[?([^\]/]+)\]?\/(\d{1,3})$/.exec(block) ?? [];
  const version = isIP(network);
  const prefix = Number(digits);
  if (version === 0 || isIP(host) === 0 || prefix > (version === 4 ? 32 : 128)) return false;
  const list = new BlockList();
  list.addSubnet(network, prefix, version === 4 ? "ipv4" : "ipv6");
  return list.check(host, isIP(host) === 4 ? "ipv4" : "ipv6");
}
