import type { ProxyServer } from "./choose-proxy.js";

/** What a proxy's 407 means, by whether it was given a user name and password. */
export function proxyPasswordWords({ url, authorization }: ProxyServer): string {
  return authorization === undefined
    ? `the proxy ${url} asks for a user name and password (407); put them into its address`
    : `the proxy ${url} refuses the user name and password, or takes no Basic authentication (407); correct them in its address`;
}
