import { InvalidArgumentError } from "@covidxr/core";

/** An address without user name, password and fragment. */
export function withoutCredentials(address: string | URL): URL {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.hash = "";
  return url;
}

/** An address fit for messages: no user name, password or fragment, nor a query, which may hold an access token. */
export function publicUrl(address: string | URL): string {
  const url = withoutCredentials(address);
  url.search = "";
  return url.href;
}

/** As {@link publicUrl}, for a text that may not parse as an address. */
export function hideCredentials(text: string): string {
  // In this order: a password may contain a question mark.
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/|\/\/)?.*@/is, "$1").replace(/[?#].*$/s, "");
}

/** `Basic` credentials (RFC 7617) from an address' user name and password; undefined without them. */
export function basicAuthorization({ username, password }: URL): string | undefined {
  if (username === "" && password === "") return undefined;
  return `Basic ${Buffer.from(`${decode(username)}:${decode(password)}`).toString("base64")}`;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * Replaces an address' origin by a mirror's base: `https://host/a/b` on `https://mirror.example/covidxr` is
 * `https://mirror.example/covidxr/a/b`. Keeps query and encoding, and the mirror's user name and password.
 *
 * @param mirror http or https base, with or without a path.
 * @param parameter Option or variable that `mirror` comes from, for the error.
 * @throws {InvalidArgumentError} on a base that is not http or https or has a query or fragment.
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
  // Not through the `pathname` setter, which would encode again what is encoded.
  const userinfo = base.username || base.password ? `${base.username}:${base.password}@` : "";
  return `${base.protocol}//${userinfo}${base.host}${base.pathname.replace(/\/+$/, "")}${pathname}${search}`;
}
