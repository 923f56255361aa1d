import { InvalidArgumentError } from "@covidxr/core";
import { hideCredentials } from "./hide-credentials.js";

/**
 * Puts a mirror's base in the place of an address' origin: `https://host/a/b` on `https://mirror.example/covidxr`
 * is `https://mirror.example/covidxr/a/b`. Query and encoding are kept; user name and password of the mirror stay in.
 *
 * @param url http or https address.
 * @param mirror http or https base, with or without a path.
 * @param parameter Name of the option or variable that `mirror` came from, for the error. @defaultValue `"mirror"`
 * @throws {InvalidArgumentError} (`mirror`) on a base that is not http or https or has a query or fragment.
 */
export function mirrorUrl(url: string, mirror: string, parameter = "mirror"): string {
  const base = URL.canParse(mirror) ? new URL(mirror) : undefined;
  if (!base || !["http:", "https:"].includes(base.protocol) || base.search !== "" || base.hash !== "") {
    const value = hideCredentials(mirror);
    throw new InvalidArgumentError({
      parameter,
      value,
      message: `expected an http or https base without query, such as https://mirror.example/covidxr, got ${value}; correct it or leave it out`,
    });
  }
  const { pathname, search } = new URL(url);
  // Not the `pathname` setter, which would encode once more what is encoded.
  const { protocol, host } = base;
  const userinfo = base.username || base.password ? `${base.username}:${base.password}@` : "";
  return `${protocol}//${userinfo}${host}${base.pathname.replace(/\/+$/, "")}${pathname}${search}`;
}
