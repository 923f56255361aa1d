/** An address without user name, password and fragment. */
export function withoutCredentials(address: string | URL): URL {
  const url = new URL(address);
  url.username = "";
  url.password = "";
  url.hash = "";
  return url;
}
